internal import Posix

// Messages from the processes of a generation.
extension HandoffServer {
  /// Handles one message of a process.
  func handle(_ message: Message, _ descriptor: consuming Descriptor?, from peer: Peer) {
    if case .hello(let version, let generation, let pid) = message {
      return welcome(peer, version, generation, pid)
    }
    guard let generation = peer.generation, let known = generations[generation] else { return }
    switch message {
    case .bind(let number, let key): grant(key, to: peer, number)
    case .unlink(let number, let key):
      peer.send(
        staysInFileSystem(key, asks: generation) ? .kept(number: number) : .own(number: number, index: 0))
    case .bindFailed(let code, let key):
      peer.bound.remove(key)
      handler(generation, .bindFailed(key: key, code: code))
    case .listening(let id, let backlog, let address, let key):
      let isNew = !listeners { $0 == generation }.contains { $0.key == key }
      peer.listeners[id] = Peer.Listener(key: key, address: address)
      if let descriptor { store.keep(descriptor, key: key, backlog: backlog) }
      store.raiseBacklog(of: key, to: backlog)
      if isNew { handler(generation, .listening(address)) }  // else a worker shares the listener
      reportListeners(of: generation)
    case .polled(let id):
      peer.listeners[id]?.polled = true
      reportListeners(of: generation)
    case .awaited(let id):
      peer.listeners[id]?.awaited = true
      passOnMoved()
    case .closed(let id, let key):
      peer.listeners[id] = nil
      if !peer.listeners.values.contains(where: { $0.key == key }) { peer.bound.remove(key) }
      reportListeners(of: generation)
    case .paused(let number, let fresh, let busy, let idle):
      if known.pausing?.number == number { acknowledgePause(peer, generation, (fresh, busy, idle)) }
    case .notPaused(let number):
      guard known.pausing?.number == number else { return }
      generations[generation]?.pausing = nil
      handler(generation, .pauseFailed)
    case .released(let number):
      if known.releasing?.number == number { acknowledgeRelease(ObjectIdentifier(peer), generation) }
    case .settled:
      peer.drained = true
      checkDrained(generation)
    case .attach(let number):
      peer.isAttached = true
      if known.isReleased { states.give(to: peer) }  // else when it is released
      peer.send(.attached(number: number))
    case .state(let name): states.keep(descriptor, name: name)
    case .moved(let key):
      if let descriptor { moved.add(descriptor, key: key) }
      passOnMoved()
    case .taken(id: 0): handler(generation, .acceptedProbe)  // probes have no id of their own
    case .taken(let id), .declined(let id):
      moved.forget(id)
      passOnMoved()
    case .returned(let id):
      moved.takeBack(id)
      passOnMoved()
    case .hello, .unsupported: break
    }
  }

  /// Answers `hello`. Processes with another version of the protocol, and those of an ended generation, are
  /// refused.
  private func welcome(_ peer: Peer, _ version: Int, _ generation: Int, _ pid: Int) {
    guard version == HandoffProtocol.version, let known = generations[generation], !known.hasEnded else {
      peer.send(.refused(version == HandoffProtocol.version ? "ended" : "another version of the protocol"))
      if version == HandoffProtocol.version { handler(generation, .leftoverProcess(pid)) }
      return drop(ObjectIdentifier(peer), peer)
    }
    (peer.generation, peer.pid) = (generation, pid)
    peer.send(.welcome(held: !known.accepts))
    if let command = known.pause { peer.send(command) }
  }

  /// Answers `bind`: sends the listener of the earlier generation, if there is one.
  ///
  /// With `SO_REUSEPORT` and for port 0 a generation may bind several sockets to one address, in one process
  /// or more. They are numbered in their order: the first one gets the first one of the earlier generation,
  /// and so on.
  private func grant(_ key: String, to peer: Peer, _ number: Int) {
    let taken = peers.values.filter { $0.generation == peer.generation }.reduce(into: Set<String>()) {
      $0.formUnion($1.keys)
    }
    var index = 0
    var full = key
    while taken.contains(full) {
      index += 1
      full = "\(key) #\(index)"
    }
    peer.bound.insert(full)
    let isKept = store.withListener(full) { descriptor, backlog in
      peer.send(.granted(number: number, index: index, backlog: backlog), descriptor: descriptor)
    }
    if !isKept { peer.send(.own(number: number, index: index)) }
  }

  /// Returns whether the path of a Unix domain socket must not be removed. If it may be, the listener is
  /// closed.
  ///
  /// New code removes the path before it binds, and a generation that ends removes its own. The path stays
  /// while another generation is live there. If only the asking generation listens there, the path and the
  /// listener go.
  private func staysInFileSystem(_ key: String, asks generation: Int) -> Bool {
    let users = peers.values.filter { peer in peer.listeners.values.contains { $0.key == key } }
    if store.isOwn(key) || users.contains(where: { $0.generation != generation })
      || users.isEmpty && store.keys.contains(key)
    {
      return true
    }
    store.discard(key)
    return false
  }
}
