// What the processes of a generation are told, and their answers together.
extension HandoffServer {
  /// Asks every process of the generation to stop accepting within `milliseconds`, and to finish what is in flight. What
  /// is idle is moved to the generation that is released next, or ended.
  package func pause(_ generation: Int, milliseconds: Int, moves: Bool) {
    for peer in peers.values where peer.generation == generation { peer.settled = false }
    lastCommand += 1
    let command = Command.pause(number: lastCommand, milliseconds: milliseconds, moves: moves)
    generations[generation]?.pause = command
    let addressed = send(command, to: generation)
    generations[generation]?.pausing = Awaited(number: lastCommand, acknowledgements: addressed)
  }

  /// Lets the generation accept.
  package func release(_ generation: Int) {
    if generations[generation]?.isHeld == true {  // else it goes on, with what it has in memory
      for peer in peers.values where peer.generation == generation && peer.isAttached {
        states.give(to: peer)
      }
    }
    generations[generation]?.isHeld = false
    generations[generation]?.pause = nil
    generations[generation]?.pausing = nil
    generations[generation]?.isSettling = false
    lastCommand += 1
    let addressed = send(.release(number: lastCommand), to: generation)
    generations[generation]?.releasing = Awaited(number: lastCommand, acknowledgements: addressed)
    passOnMoved()
  }

  private func send(_ command: Command, to generation: Int) -> Set<ObjectIdentifier> {
    let addressed = peers.filter { $0.value.generation == generation }
    for peer in addressed.values { peer.send(command) }
    return Set(addressed.keys)
  }

  func acknowledgePause(_ peer: Peer, _ generation: Int, _ counts: (fresh: Int, busy: Int, idle: Int)) {
    generations[generation]?.pausing?.counts.fresh += counts.fresh
    generations[generation]?.pausing?.counts.busy += counts.busy
    generations[generation]?.pausing?.counts.idle += counts.idle
    acknowledgePause(ObjectIdentifier(peer), generation)
  }

  func acknowledgePause(_ id: ObjectIdentifier, _ generation: Int) {
    generations[generation]?.pausing?.acknowledgements.remove(id)
    guard let awaited = generations[generation]?.pausing, awaited.acknowledgements.isEmpty else { return }
    generations[generation]?.pausing = nil
    handler(
      generation, .paused(fresh: awaited.counts.fresh, busy: awaited.counts.busy, idle: awaited.counts.idle))
    generations[generation]?.isSettling = true
    checkSettled(generation)  // some say so before the others are paused
  }

  func acknowledgeRelease(_ id: ObjectIdentifier, _ generation: Int) {
    generations[generation]?.releasing?.acknowledgements.remove(id)
    guard generations[generation]?.releasing?.acknowledgements.isEmpty == true else { return }
    generations[generation]?.releasing = nil
    handler(generation, .released)
  }

  func checkSettled(_ generation: Int) {
    guard generations[generation]?.isSettling == true,
      peers.values.allSatisfy({ $0.generation != generation || $0.settled })
    else { return }
    generations[generation]?.isSettling = false
    handler(generation, .settled)
  }
}
