package import Posix

/// Our end of the conversation with the servers: gives out listeners, passes on commands, and puts together what the
/// processes of a generation say.
package final class HandoffServer {
  let loop: EventLoop
  private let listener: RecordListener
  /// Or the timer after which it is watched again.
  private var listenerWatch: EventLoop.Token?
  let store = ListenerStore()
  let states = StateStore()
  let moved = MovedConnections()
  /// When what nobody takes of it is ended.
  var movedTimer: EventLoop.Token?
  var peers: [ObjectIdentifier: Peer] = [:]
  var generations: [Int: Generation] = [:]
  var lastCommand = 0
  let handler: (Int, HandoffEvent) -> Void

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
  package func listen(at addresses: [ListenAddress]) throws(ListenFailure) {
    try store.listen(at: addresses, used: peers.values.reduce(into: []) { $0.formUnion($1.keys) })
  }

  /// Keeps what hotreload itself was started with, for every generation.
  package func keep(_ sockets: InheritedSockets) { store.keep(sockets) }

  /// The listeners that every generation is started with (sd_listen_fds(3)).
  package var passedOn: [(name: String, descriptor: CInt)] { store.own }

  /// A process of this generation will call.
  package func expect(_ generation: Int, held: Bool) {
    generations[generation] = Generation(isHeld: held)
  }

  /// The generation has ended: its listeners are kept, unless another that serves does without them. Returns the processes
  /// of it that live on; they end themselves now.
  @discardableResult
  package func forget(_ generation: Int) -> [Int] {
    generations[generation]?.hasEnded = true
    var outliving: [Int] = []
    generations[generation]?.quietTimer.map(loop.forget)
    for (id, peer) in peers where peer.generation == generation {
      receive(id)  // its last words
      if peers[id] != nil { outliving.append(peer.pid) }
      drop(id, peer)
    }
    generations[generation] = nil
    discardUnusedListeners()
    passOnMoved()
    return outliving
  }

  /// Nobody is heard any more, and no listener is kept.
  package func close() {
    listenerWatch.map(loop.forget)
    movedTimer.map(loop.forget)
    for peer in peers.values { peer.close() }
    for generation in generations.values { generation.quietTimer.map(loop.forget) }
    (listenerWatch, peers, generations) = (nil, [:], [:])
    store.discardAll()
  }

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
      // Without a free descriptor (EMFILE) the peer waits on, and the listener stays readable: look away for a while.
      listenerWatch.map(loop.forget)
      lookAgain()
    }
  }

  private func lookAgain() {
    listenerWatch = loop.after(.milliseconds(100)) { [unowned self] in
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
            _ = peer.offer(.unsupported(text))
            continue
          }
          handle(message, descriptor, from: peer)
        }
      } catch {
        return drop(id, peer)  // it does not speak our protocol
      }
    }
  }

  /// A process has hung up. Whatever was awaited from it will not come.
  func drop(_ id: ObjectIdentifier, _ peer: Peer) {
    guard peers.removeValue(forKey: id) != nil else { return }
    peer.close()
    guard let generation = peer.generation else { return }
    // The last one to hang up has said nothing: the end of the process tells the rest, or a deadline, should it live on
    // without us and accept.
    if peers.values.contains(where: { $0.generation == generation }) {
      acknowledgePause(id, generation)
      acknowledgeRelease(id, generation)
    }
    checkSettled(generation)
    checkReadiness()
    moved.takeBack(from: peer)
    passOnMoved()
  }
}
