package import Posix

// Connections that move from one generation to the next, and hotreload's own connections to a server.
extension HandoffServer {
  /// Connects to a generation, which may be held, through the first listener that it polls. The connection
  /// does not pass through the kernel's queue. If several processes share listeners, it goes to a random one of them:
  /// a single one may be busy. Throws the errno of the call that failed.
  ///
  /// Returns `nil` if the generation has no such listener or takes no connection now.
  package func connect(to generation: Int) throws(SystemError) -> Descriptor? {
    let peers = peers.values.filter { $0.generation == generation }.shuffled()
    for peer in peers.sorted(by: { $0.listeners.count > $1.listeners.count }) {
      let polled = peer.listeners.filter { $0.value.polled && !$0.value.key.hasPrefix("udp") }
      guard let (id, listener) = polled.min(by: { $0.key < $1.key }) else { continue }
      let ends = try SocketPair(listener.key.hasPrefix("unix") ? .unix : .loopback)
      guard peer.offer(.probe(listener: id), descriptor: ends.remote.number) else { return nil }
      return ends.takeLocal()
    }
    return nil
  }

  /// The time after which moved connections are closed if no live process waits for them in a way that is
  /// understood.
  private static let timeout: Duration = .seconds(5)

  /// The processes of live generations.
  private var live: [Peer] {
    peers.values.filter { peer in peer.generation.flatMap { generations[$0]?.accepts } ?? false }
  }

  /// Sends the moved connections to the live generation. Starts a timer if some cannot be sent, after which
  /// they are closed.
  func passOnMoved() {
    let live = live
    moved.passOn(to: live)
    if !moved.haveNoTaker(among: live) {
      movedTimer.map(loop.forget)
      movedTimer = nil
    } else if movedTimer == nil {
      movedTimer = loop.after(Self.timeout) { [unowned self] in
        movedTimer = nil
        moved.closeUntaken(by: self.live)
      }
    }
  }

  /// Closes the moved connections to the listener with this inode, if no live process takes them. For a server
  /// that accepts there in a way that is not understood: it would never be sent them.
  package func closeMoved(to inode: UInt64) {
    moved.closeUntaken(by: live) { store.inode(of: $0) == inode }
  }
}
