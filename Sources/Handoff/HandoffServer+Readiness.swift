internal import Posix

// Readiness: which listeners a generation must have before it may take over.
extension HandoffServer {
  func listeners(of generations: (Int) -> Bool) -> [Peer.Listener] {
    peers.values.filter { $0.generation.map(generations) ?? false }.flatMap(\.listeners.values)
  }

  /// The sockets that hotreload holds, by their inode; whether any process of a generation says that it waits for connections
  /// there.
  package func told(by generation: Int) -> [UInt64: Bool] {
    var told: [UInt64: Bool] = [:]
    for key in store.keys { if let inode = store.inode(of: key) { told[inode] = false } }
    for peer in peers.values where peer.generation == generation {
      for key in peer.keys {
        guard let inode = store.inode(of: key) else { continue }
        let isPolled = peer.listeners.values.contains { $0.key == key && $0.polled }
        told[inode] = told[inode] == true || isPolled
      }
    }
    return told
  }

  /// Whether hotreload itself has the socket of this inode open.
  package func isHeld(_ inode: UInt64) -> Bool { store.keys.contains { store.inode(of: $0) == inode } }

  /// Some generation has other listeners now: that may be what a held one was waiting for.
  func checkReadiness() {
    for (generation, known) in generations where known.isHeld { checkReadiness(of: generation) }
  }

  /// Ready: all that the accepting generation listens on, it listens on too, and polls. New code may also listen
  /// elsewhere: then it counts as ready once all that it has is polled, and no more has come for a second. Of several
  /// processes with a listener, one that polls it is enough: the others may only watch over that one.
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

  private func sayReady(_ generation: Int) {
    generations[generation]?.quietTimer = nil
    generations[generation]?.isReadinessSaid = true
    handler(generation, .ready)
  }

  /// Listeners that only generations before the present one had are closed: the code does without them now.
  func discardUnusedListeners() {
    guard !listeners(of: { generations[$0]?.isReleased == true }).isEmpty else { return }
    store.discard(allBut: Set(listeners { _ in true }.map(\.key)))
  }
}
