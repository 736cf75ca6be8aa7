package import Posix

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
      guard peer.offer(.probe(listener: id), descriptor: ends.theirs.number) else { return nil }
      return ends.takeOurs()
    }
    return nil
  }

  /// How long a generation that serves may wait otherwise than we see before what has moved to it is ended.
  private static let patience: Duration = .seconds(5)

  /// The processes that accept.
  private var live: [Peer] {
    peers.values.filter { peer in peer.generation.flatMap { generations[$0]?.accepts } ?? false }
  }

  /// Sends what has moved to the generation that accepts. What that has no listener for is ended.
  func passOnMoved() {
    let live = live
    moved.passOn(to: live)
    if !moved.areUntaken(by: live) {
      movedTimer.map(loop.forget)
      movedTimer = nil
    } else if movedTimer == nil {
      movedTimer = loop.after(Self.patience) { [unowned self] in
        movedTimer = nil
        moved.endUntaken(by: self.live)
      }
    }
  }
}
