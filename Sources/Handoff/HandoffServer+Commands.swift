// Commands to the processes of a generation, and their combined answers.
extension HandoffServer {
  /// Asks every process of the generation to stop accepting within `milliseconds` and to drain.
  ///
  /// - Parameter moves: Whether idle connections move to the next live generation. Otherwise they are closed.
  package func pause(_ generation: Int, milliseconds: Int, moves: Bool) {
    for peer in peers.values where peer.generation == generation { peer.drained = false }
    lastCommand += 1
    let command = Command.pause(number: lastCommand, milliseconds: milliseconds, moves: moves)
    generations[generation]?.pause = command
    let addressed = send(command, to: generation)
    generations[generation]?.pausing = Awaited(number: lastCommand, acknowledgements: addressed)
  }

  /// Lets the generation accept. A held one gets the stored states before.
  package func release(_ generation: Int) {
    if generations[generation]?.isHeld == true {  // a paused one still has its state in memory
      for peer in peers.values where peer.generation == generation && peer.isAttached {
        states.give(to: peer)
      }
    }
    generations[generation]?.isHeld = false
    generations[generation]?.pause = nil
    generations[generation]?.pausing = nil
    generations[generation]?.isDraining = false
    lastCommand += 1
    let addressed = send(.release(number: lastCommand), to: generation)
    generations[generation]?.releasing = Awaited(number: lastCommand, acknowledgements: addressed)
    passOnMoved()
  }

  /// Sends a command to every process of a generation, and returns the ids of the processes.
  private func send(_ command: Command, to generation: Int) -> Set<ObjectIdentifier> {
    let addressed = peers.filter { $0.value.generation == generation }
    for peer in addressed.values { peer.send(command) }
    return Set(addressed.keys)
  }

  /// Adds the answer of a process to the awaited ones.
  func acknowledgePause(_ peer: Peer, _ generation: Int, _ counts: (fresh: Int, busy: Int, idle: Int)) {
    generations[generation]?.pausing?.counts.fresh += counts.fresh
    generations[generation]?.pausing?.counts.busy += counts.busy
    generations[generation]?.pausing?.counts.idle += counts.idle
    acknowledgePause(ObjectIdentifier(peer), generation)
  }

  /// Counts a process as paused, and reports the pause when all processes are.
  func acknowledgePause(_ id: ObjectIdentifier, _ generation: Int) {
    generations[generation]?.pausing?.acknowledgements.remove(id)
    guard let awaited = generations[generation]?.pausing, awaited.acknowledgements.isEmpty else { return }
    generations[generation]?.pausing = nil
    handler(
      generation, .paused(fresh: awaited.counts.fresh, busy: awaited.counts.busy, idle: awaited.counts.idle))
    generations[generation]?.isDraining = true
    checkDrained(generation)  // a process may report that it is drained before others are paused
  }

  /// Counts a process as released, and reports the release when all processes are.
  func acknowledgeRelease(_ id: ObjectIdentifier, _ generation: Int) {
    generations[generation]?.releasing?.acknowledgements.remove(id)
    guard generations[generation]?.releasing?.acknowledgements.isEmpty == true else { return }
    generations[generation]?.releasing = nil
    handler(generation, .released)
  }

  /// Reports a paused generation as drained when all of its processes are.
  func checkDrained(_ generation: Int) {
    guard generations[generation]?.isDraining == true,
      peers.values.allSatisfy({ $0.generation != generation || $0.drained })
    else { return }
    generations[generation]?.isDraining = false
    handler(generation, .drained)
  }
}
