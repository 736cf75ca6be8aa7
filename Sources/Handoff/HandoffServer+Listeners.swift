internal import Posix

// Readiness: the listeners that a generation must have before it can be released.
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

  /// Checks all held generations, after the listeners of some generation have changed.
  func checkReadiness() {
    for (generation, known) in generations where known.isHeld { checkReadiness(of: generation) }
  }

  /// Reports a held generation as ready when it polls all of its listeners, and these include every listener
  /// of the live generation.
  ///
  /// New code may no longer listen at some address. It is ready when it polls all of its listeners and has
  /// opened no further one for one second. If several processes share a listener, one that polls it is
  /// enough, because the others may only supervise that one.
  func checkReadiness(of generation: Int) {
    guard let known = generations[generation], known.isHeld, !known.hasEnded, !known.isReadinessSaid else {
      return
    }
    known.quietTimer.map(loop.forget)
    generations[generation]?.quietTimer = nil
    let own = listeners { $0 == generation }
    if own.isEmpty { return }
    let polled = Set(own.filter(\.polled).map(\.key))
    guard own.allSatisfy({ polled.contains($0.key) }) else { return }
    let needed = Set(listeners { generations[$0]?.isReleased == true }.map(\.key))
    if needed.isSubset(of: own.map(\.key)) { return sayReady(generation) }
    generations[generation]?.quietTimer = loop.after(.seconds(1)) { [unowned self] in sayReady(generation) }
  }

  /// Reports the generation as ready.
  private func sayReady(_ generation: Int) {
    generations[generation]?.quietTimer = nil
    generations[generation]?.isReadinessSaid = true
    handler(generation, .ready)
  }

  /// Closes the listeners that no remaining generation has, because the code no longer uses them. Does
  /// nothing while no generation that may accept has listeners.
  func discardUnusedListeners() {
    guard !listeners(of: { generations[$0]?.isReleased == true }).isEmpty else { return }
    store.discard(allBut: Set(listeners { _ in true }.map(\.key)))
  }
}
