package import Posix

/// What is observed of a generation through its link.
package enum HandoffEvent: Equatable, Sendable {
  /// It listens at this address.
  case listening(String)
  /// It could not bind this, for this errno.
  case bindFailed(key: String, code: CInt)
  /// It waits for connections on every listener that the serving generation has.
  case ready
  case paused(fresh: Int, busy: Int, idle: Int)
  case notPaused
  case released
  case settled
}

/// Our end of the conversation with the servers: gives out listeners, passes on commands, and puts together what the
/// processes of a generation say.
package final class HandoffServer {
  /// What is awaited from every process of a generation.
  private struct Awaited {
    /// Of the command, so that a late answer to an earlier one does not count.
    let number: Int
    var acknowledgements: Set<ObjectIdentifier> = []
    var counts = (fresh: 0, busy: 0, idle: 0)
  }

  private let loop: EventLoop
  private let listener: RecordListener
  private var listenerWatch: EventLoop.Token?
  private let store = ListenerStore()
  private let states = StateStore()
  private let moved = MovedConnections()
  private var peers: [ObjectIdentifier: Peer] = [:]
  private var held: [Int: Bool] = [:]
  private var lastCommand = 0
  private var readinessSaid: Set<Int> = []
  /// Generations that have been asked to stop accepting, and how: a process of one that calls later is asked too.
  private var paused: [Int: Command] = [:]
  private var pausing: [Int: Awaited] = [:]
  private var releasing: [Int: Awaited] = [:]
  private var settling: Set<Int> = []
  private var quietTimers: [Int: EventLoop.Token] = [:]
  private let handler: (Int, HandoffEvent) -> Void

  /// Listens at `path`, and calls `handler` on the loop with a generation and what it did.
  package init(path: String, loop: EventLoop, handler: @escaping (Int, HandoffEvent) -> Void)
    throws(SystemError)
  {
    self.loop = loop
    self.handler = handler
    listener = try RecordListener(path: path)
    try watchListener()
  }

  private func watchListener() throws(SystemError) {
    listenerWatch = try loop.whenReadable(listener.descriptor) { [unowned self] in acceptPeers() }
  }

  /// Listens itself at these addresses from now on, for every generation. Throws ``ListenFailure``.
  package func listen(at addresses: [ListenAddress]) throws(ListenFailure) { try store.listen(at: addresses) }

  /// The listeners that every generation is started with (sd_listen_fds(3)).
  package var passedOn: [(name: String, descriptor: CInt)] { store.own }

  /// A process of this generation will call.
  package func expect(_ generation: Int, held: Bool) { self.held[generation] = held }

  /// The generation has ended: its listeners are kept, unless another that serves does without them.
  package func forget(_ generation: Int) {
    held[generation] = nil
    paused[generation] = nil
    quietTimers.removeValue(forKey: generation).map(loop.forget)
    for (id, peer) in peers where peer.generation == generation {
      receive(id)  // its last words
      drop(id, peer)
    }
    discardUnusedListeners()
    passOnMoved()
  }

  /// Asks every process of the generation to stop accepting within `milliseconds`, and to finish what is in flight. What
  /// is idle is moved to the generation that is released next, or ended.
  package func pause(_ generation: Int, milliseconds: Int, moves: Bool) {
    for peer in peers.values where peer.generation == generation { peer.settled = false }
    lastCommand += 1
    let command = Command.pause(number: lastCommand, milliseconds: milliseconds, moves: moves)
    paused[generation] = command
    let addressed = send(command, to: generation)
    pausing[generation] = Awaited(number: lastCommand, acknowledgements: addressed)
  }

  /// Lets the generation accept.
  package func release(_ generation: Int) {
    if held[generation] == true {  // else it goes on, with what it has in memory
      for peer in peers.values where peer.generation == generation && peer.isAttached {
        states.give(to: peer)
      }
    }
    held[generation] = false
    paused[generation] = nil
    pausing[generation] = nil
    settling.remove(generation)
    lastCommand += 1
    let addressed = send(.release(number: lastCommand), to: generation)
    releasing[generation] = Awaited(number: lastCommand, acknowledgements: addressed)
    passOnMoved()
  }

  private func send(_ command: Command, to generation: Int) -> Set<ObjectIdentifier> {
    let addressed = peers.filter { $0.value.generation == generation }
    for peer in addressed.values { peer.send(command) }
    return Set(addressed.keys)
  }

  private func acceptPeers() {
    do {
      while let socket = try listener.accept() {
        let peer = Peer(socket)
        let id = ObjectIdentifier(peer)
        peers[id] = peer
        peer.watch = try? loop.whenReadable(peer.socket.descriptor) { [unowned self] in receive(id) }
      }
    } catch {
      // Without a free descriptor (EMFILE) the peer waits on, and the listener stays readable: look away for a while.
      listenerWatch.map(loop.forget)
      listenerWatch = nil
      lookAgain()
    }
  }

  private func lookAgain() {
    loop.after(.milliseconds(100)) { [unowned self] in
      do { try watchListener() } catch { lookAgain() }
    }
  }

  private func receive(_ id: ObjectIdentifier) {
    while let peer = peers[id] {
      do {
        switch try peer.socket.receive() {
        case .nothing: return
        case .end: return drop(id, peer)
        case .record(let text, let descriptor):
          guard let message = Message(text) else {
            peer.send(.unsupported(text))
            continue
          }
          handle(message, descriptor, from: peer)
        }
      } catch {
        return drop(id, peer)  // it does not speak our protocol
      }
    }
  }

  private func handle(_ message: Message, _ descriptor: consuming Descriptor?, from peer: Peer) {
    if case .hello(let version, let generation, _) = message { return welcome(peer, version, generation) }
    guard let generation = peer.generation else { return }
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
      if isNew { handler(generation, .listening(address)) }  // else a worker of the process that bound it
      checkReadiness()
    case .polled(let id):
      peer.listeners[id]?.polled = true
      checkReadiness(of: generation)
    case .awaited(let id):
      peer.listeners[id]?.awaited = true
      passOnMoved()
    case .closed(let id, let key):
      peer.listeners[id] = nil
      if !peer.listeners.values.contains(where: { $0.key == key }) { peer.bound.remove(key) }
      checkReadiness()
    case .paused(let number, let fresh, let busy, let idle):
      if pausing[generation]?.number == number { acknowledgePause(peer, generation, (fresh, busy, idle)) }
    case .notPaused(let number):
      guard pausing[generation]?.number == number else { return }
      pausing[generation] = nil
      handler(generation, .notPaused)
    case .released(let number):
      if releasing[generation]?.number == number { acknowledgeRelease(ObjectIdentifier(peer), generation) }
    case .settled:
      peer.settled = true
      checkSettled(generation)
    case .attach(let number):
      peer.isAttached = true
      if held[generation] == false { states.give(to: peer) }  // else when it is released
      peer.send(.attached(number: number))
    case .state(let name): states.keep(descriptor, name: name)
    case .moved(let key):
      if let descriptor { moved.add(descriptor, key: key) }
      passOnMoved()
    case .taken(let id), .declined(let id):
      moved.forget(id)
      passOnMoved()
    case .returned(let id):
      moved.takeBack(id)
      passOnMoved()
    case .hello, .unsupported: break
    }
  }

  private func welcome(_ peer: Peer, _ version: Int, _ generation: Int) {
    guard version == protocolVersion, let held = held[generation] else {
      peer.send(
        .refused(version == protocolVersion ? "no such generation" : "another version of the protocol"))
      return drop(ObjectIdentifier(peer), peer)
    }
    peer.generation = generation
    peer.send(.welcome(held: held || paused[generation] != nil))
    if let command = paused[generation] { peer.send(command) }
  }

  /// The first socket of a generation that is bound to an address gets the first of the one before, and so on: there
  /// are several with `SO_REUSEPORT`, in one process or more, and for port 0.
  private func grant(_ key: String, to peer: Peer, _ number: Int) {
    let taken = peers.values.filter { $0.generation == peer.generation }.reduce(into: Set<String>()) {
      $0.formUnion($1.bound)
      $0.formUnion($1.listeners.values.map(\.key))
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

  /// New code removes the path before it binds it, and a generation that ends removes its own: it stays while another
  /// serves there. Where only the one that asks does, the path goes, and the socket with it.
  private func staysInFileSystem(_ key: String, asks generation: Int) -> Bool {
    let users = peers.values.filter { peer in peer.listeners.values.contains { $0.key == key } }
    if users.contains(where: { $0.generation != generation }) || users.isEmpty && store.keys.contains(key) {
      return true
    }
    store.discard(key)
    return false
  }

  private func acknowledgePause(_ peer: Peer, _ generation: Int, _ counts: (fresh: Int, busy: Int, idle: Int))
  {
    pausing[generation]?.counts.fresh += counts.fresh
    pausing[generation]?.counts.busy += counts.busy
    pausing[generation]?.counts.idle += counts.idle
    acknowledgePause(ObjectIdentifier(peer), generation)
  }

  private func acknowledgePause(_ id: ObjectIdentifier, _ generation: Int) {
    pausing[generation]?.acknowledgements.remove(id)
    guard let awaited = pausing[generation], awaited.acknowledgements.isEmpty else { return }
    pausing[generation] = nil
    handler(
      generation, .paused(fresh: awaited.counts.fresh, busy: awaited.counts.busy, idle: awaited.counts.idle))
    settling.insert(generation)
    checkSettled(generation)  // some say so before the others are paused
  }

  private func acknowledgeRelease(_ id: ObjectIdentifier, _ generation: Int) {
    releasing[generation]?.acknowledgements.remove(id)
    guard releasing[generation]?.acknowledgements.isEmpty == true else { return }
    releasing[generation] = nil
    handler(generation, .released)
  }

  private func checkSettled(_ generation: Int) {
    guard settling.contains(generation),
      peers.values.allSatisfy({ $0.generation != generation || $0.settled })
    else { return }
    settling.remove(generation)
    handler(generation, .settled)
  }

  /// A process has hung up. Whatever was awaited from it will not come.
  private func drop(_ id: ObjectIdentifier, _ peer: Peer) {
    guard peers.removeValue(forKey: id) != nil else { return }
    peer.watch.map(loop.forget)
    guard let generation = peer.generation else { return }
    // The last one to hang up has said nothing: the end of the process tells the rest, or a deadline, should it live on
    // without us and accept.
    if peers.values.contains(where: { $0.generation == generation }) {
      acknowledgePause(id, generation)
      acknowledgeRelease(id, generation)
    }
    checkSettled(generation)
    checkReadiness()
    moved.takeBack(from: id)
    passOnMoved()
  }
}

// Connections that move from one generation to the next, and our own.
extension HandoffServer {
  /// Connects to a generation, past the kernel's queue, by the first listener that it polls: also to one that is held. Nil
  /// where it has none.
  package func connect(to generation: Int) throws(SystemError) -> Descriptor? {
    let peers = peers.values.filter { $0.generation == generation }
    for peer in peers.sorted(by: { $0.listeners.count > $1.listeners.count }) {
      let polled = peer.listeners.filter { $0.value.polled && !$0.value.key.hasPrefix("udp") }
      guard let (id, listener) = polled.min(by: { $0.key < $1.key }) else { continue }
      let ends = try SocketPair(listener.key.hasPrefix("unix") ? .unix : .loopback)
      guard peer.send(.probe(listener: id), descriptor: ends.theirs.number) else { return nil }
      return ends.takeOurs()
    }
    return nil
  }

  /// Sends what has moved to the generation that accepts. What that has no listener for is ended.
  private func passOnMoved() {
    let live = peers.values.filter { peer in
      peer.generation.map { held[$0] == false && paused[$0] == nil } ?? false
    }
    moved.passOn(to: live)
  }
}

// Readiness: which listeners a generation must have before it may take over.
extension HandoffServer {
  private func listeners(of generations: (Int) -> Bool) -> [Peer.Listener] {
    peers.values.filter { $0.generation.map(generations) ?? false }.flatMap(\.listeners.values)
  }

  /// Some generation has other listeners now: that may be what a held one was waiting for.
  private func checkReadiness() {
    for (generation, isHeld) in held where isHeld { checkReadiness(of: generation) }
  }

  /// Ready: all that the accepting generation listens on, it listens on too, and polls. New code may also listen
  /// elsewhere: then it counts as ready once all that it has is polled, and no more has come for a second. Of several
  /// processes with a listener, one that polls it is enough: the others may only watch over that one.
  private func checkReadiness(of generation: Int) {
    guard held[generation] == true, !readinessSaid.contains(generation) else { return }
    quietTimers.removeValue(forKey: generation).map(loop.forget)
    let own = listeners { $0 == generation }
    if own.isEmpty { return }
    let polled = Set(own.filter(\.polled).map(\.key))
    guard own.allSatisfy({ polled.contains($0.key) }) else { return }
    let needed = Set(listeners { self.held[$0] == false }.map(\.key))
    if needed.isSubset(of: own.map(\.key)) { return sayReady(generation) }
    quietTimers[generation] = loop.after(.seconds(1)) { [unowned self] in sayReady(generation) }
  }

  private func sayReady(_ generation: Int) {
    quietTimers[generation] = nil
    readinessSaid.insert(generation)
    handler(generation, .ready)
  }

  /// Listeners that only generations before the present one had are closed: the code does without them now.
  private func discardUnusedListeners() {
    guard !listeners(of: { held[$0] == false }).isEmpty else { return }
    store.discard(allBut: Set(listeners { _ in true }.map(\.key)))
  }
}
