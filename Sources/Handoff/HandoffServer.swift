package import Posix

/// The server for the links of a service's processes. It gives out listeners, sends commands, and combines
/// the messages of the processes of a generation.
package final class HandoffServer {
  let loop: EventLoop
  /// The socket at which processes connect.
  private let listener: RecordListener
  /// The watch on ``listener``, or the timer after which it is watched again.
  private var listenerWatch: EventLoop.Token?
  /// The listeners of the servers.
  let store = ListenerStore()
  /// The states of the apps.
  let states = StateStore()
  /// The connections that move between generations.
  let moved = MovedConnections()
  /// The timer after which moved connections are closed that no process accepts.
  var movedTimer: EventLoop.Token?
  /// The processes that are connected.
  var peers: [ObjectIdentifier: Peer] = [:]
  /// The generations that may connect or are connected, by number.
  var generations: [Int: Generation] = [:]
  /// The number of the last command that is answered.
  var lastCommand = 0
  /// Called with the number of a generation and an event.
  let handler: (Int, HandoffEvent) -> Void

  /// Listens at `path`. Throws the errno with the path.
  ///
  /// - Parameter handler: Called on the loop with the number of a generation and an event.
  package init(path: String, loop: EventLoop, handler: @escaping (Int, HandoffEvent) -> Void)
    throws(SystemError)
  {
    self.loop = loop
    self.handler = handler
    listener = try RecordListener(path: path)
    try watchListener()
  }

  /// Accepts processes from now on. Throws the errno of epoll_ctl(2).
  private func watchListener() throws(SystemError) {
    listenerWatch = try loop.whenReadable(listener.descriptor) { [unowned self] in acceptPeers() }
  }

  /// Listens at these addresses for every generation, and closes earlier ones that no process uses. Throws
  /// ``ListenFailure``.
  package func listen(at addresses: [ListenAddress]) throws(ListenFailure) {
    try store.listen(at: addresses, used: peers.values.reduce(into: []) { $0.formUnion($1.keys) })
  }

  /// Keeps the sockets that hotreload itself was started with, for every generation.
  package func keep(_ sockets: InheritedSockets) { store.keep(sockets) }

  /// The listeners that every generation is started with (sd_listen_fds(3)).
  package var passedOn: [(name: String, descriptor: CInt)] { store.hotreloadListeners }

  /// Registers a generation whose processes will connect.
  package func expect(_ generation: Int, held: Bool) {
    generations[generation] = Generation(isHeld: held)
  }

  /// Removes a generation that has ended. Its listeners stay open unless a live generation does not use them.
  ///
  /// Returns the pids of its processes that still run. They kill themselves because their link closes.
  @discardableResult
  package func forget(_ generation: Int) -> [Int] {
    generations[generation]?.hasEnded = true
    var outliving: [Int] = []
    for (id, peer) in peers where peer.generation == generation {
      receive(id)  // reads its last messages
      if peers[id] != nil { outliving.append(peer.pid) }
      drop(id, peer)
    }
    generations[generation] = nil
    discardUnusedListeners()
    passOnMoved()
    return outliving
  }

  /// Closes all links and all listeners.
  package func close() {
    listenerWatch.map(loop.forget)
    movedTimer.map(loop.forget)
    for peer in peers.values { peer.close() }
    (listenerWatch, peers, generations) = (nil, [:], [:])
    store.discardAll()
  }

  /// Accepts all processes that wait.
  private func acceptPeers() {
    do {
      while let socket = try listener.accept() {
        let peer = Peer(socket, loop: loop)
        peer.hasRoom = { [unowned self] in passOnMoved() }
        let id = ObjectIdentifier(peer)
        peers[id] = peer
        try? peer.listen { [unowned self] in receive(id) }
      }
    } catch {
      // Without a free descriptor (EMFILE) the process still waits and the listener stays readable, so ignore
      // it for a while.
      listenerWatch.map(loop.forget)
      lookAgain()
    }
  }

  /// Watches the listener again after 100 ms.
  private func lookAgain() {
    listenerWatch = loop.after(.milliseconds(100)) { [unowned self] in
      do { try watchListener() } catch { lookAgain() }
    }
  }

  /// Reads all messages of a process.
  private func receive(_ id: ObjectIdentifier) {
    while let peer = peers[id] {
      do {
        switch try peer.socket.receive() {
        case .nothing: return
        case .end: return drop(id, peer)
        case .record(let text, let descriptor):
          MessageTrace.received(text, from: peer, hasDescriptor: descriptor != nil)
          guard let message = Message(text) else {
            _ = peer.offer(.unsupported(text))
            continue
          }
          handle(message, descriptor, from: peer)
        }
      } catch {
        return drop(id, peer)  // the process does not follow the protocol
      }
    }
  }

  /// Removes a process whose link has closed. Its answers are no longer awaited.
  func drop(_ id: ObjectIdentifier, _ peer: Peer) {
    guard peers.removeValue(forKey: id) != nil else { return }
    peer.close()
    guard let generation = peer.generation else { return }
    // The last process of a generation acknowledges nothing by closing its link: it may still run and accept.
    // Its exit or a deadline decides instead.
    if peers.values.contains(where: { $0.generation == generation }) {
      acknowledgePause(id, generation)
      acknowledgeRelease(id, generation)
    }
    checkDrained(generation)
    reportListeners(of: generation)
    moved.takeBack(from: peer)
    passOnMoved()
  }
}
