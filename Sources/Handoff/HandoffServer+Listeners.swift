internal import Posix

// The listeners of the generations.
extension HandoffServer {
  /// Returns the listeners of all processes of the matching generations.
  func listeners(of generations: (Int) -> Bool) -> [Peer.Listener] {
    peers.values.filter { $0.generation.map(generations) ?? false }.flatMap(\.listeners.values)
  }

  /// Returns the sockets that hotreload holds, by inode, each with whether a process of the generation
  /// reports that it polls it.
  package func polledSockets(of generation: Int) -> [UInt64: Bool] {
    var polled: [UInt64: Bool] = [:]
    for key in store.keys { if let inode = store.inode(of: key) { polled[inode] = false } }
    for peer in peers.values where peer.generation == generation {
      for key in peer.keys {
        guard let inode = store.inode(of: key) else { continue }
        let isPolled = peer.listeners.values.contains { $0.key == key && $0.polled }
        polled[inode] = polled[inode] == true || isPolled
      }
    }
    return polled
  }

  /// Returns whether hotreload holds the socket with this inode.
  package func isHeld(_ inode: UInt64) -> Bool { store.keys.contains { store.inode(of: $0) == inode } }

  /// Reports the listeners of a generation if they have changed since the last report.
  func reportListeners(of generation: Int) {
    guard let known = generations[generation], !known.hasEnded else { return }
    let listeners = Self.polled(listeners { $0 == generation })
    if listeners == known.reportedListeners { return }
    generations[generation]?.reportedListeners = listeners
    handler(generation, .listeners(listeners))
  }

  /// Returns the listeners of all processes of a generation by key. If several processes share one, it is polled
  /// if one of them polls it.
  private static func polled(_ listeners: [Peer.Listener]) -> [String: Bool] {
    Dictionary(listeners.map { ($0.key, $0.polled) }) { $0 || $1 }
  }

  /// Closes the listeners that no remaining generation has, because the code no longer uses them. Does
  /// nothing while no generation that may accept has listeners.
  func discardUnusedListeners() {
    guard !listeners(of: { generations[$0]?.isReleased == true }).isEmpty else { return }
    store.discard(allBut: Set(listeners { _ in true }.map(\.key)))
  }
}
