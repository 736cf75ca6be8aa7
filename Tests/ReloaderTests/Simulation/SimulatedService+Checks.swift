@testable import Reloader

// The invariants of one service between any two events, and at rest.

extension SimulatedService {
  /// Checks the service against the decisions about it; `nil` if the reloader does not know it.
  func check(_ rollout: Rollout?) throws(Violation) {
    guard isRunning, let rollout else {
      guard isRunning == (rollout != nil) else {
        throw Violation(.actsOnOpenServices, "\(id) is \(state), which the reloader does not know")
      }
      return
    }
    try checkPrograms(rollout)
    guard rollout.programs.good == good else {
      throw Violation(.lastGoodProgram, "another program is taken for good than \(good?.path ?? "none")")
    }
    var roles: Set<Generation.Role> = []
    for generation in rollout.generations.values where generation.role != .draining {
      guard roles.insert(generation.role).inserted else {
        throw Violation(.oneOfEachRole, "two generations are \(generation.role)")
      }
    }
    guard state == .open else { return }
    if serving == nil, !processes.values.contains(where: \.accepts),
      processes.values.contains(where: \.isPaused)
    {
      throw Violation(.failureChangesNothing, "the old generation does not accept again")
    }
    try checkWhatIsSeen()
  }

  /// Checks that the programs are kept that run or may be started, and no others.
  private func checkPrograms(_ rollout: Rollout) throws(Violation) {
    var needed: Set<Artifact> = []
    for process in processes.values { needed.insert(process.artifact) }
    if let good = rollout.programs.good { needed.insert(good) }
    if let queued = rollout.programs.queued { needed.insert(queued) }
    if needed == kept { return }
    let difference = needed.symmetricDifference(kept).map(\.path)
    throw Violation(.programsAreKept, "discarded, but needed, or not discarded: \(difference)")
  }

  /// Checks the hook, the pages and the failure of the generation that clients reach.
  private func checkWhatIsSeen() throws(Violation) {
    if let dead = deadCandidate, dead == lastNumber, failure == nil, isStale || !servesNewest {
      throw Violation(.failuresShown, "nothing says that \(dead) died")
    }
    deadCandidate = nil
    guard let serving, let process = processes[serving], process.isReachable else { return }
    guard lastHooked >= serving else { throw Violation(.hooksOnce, "no command was run for \(serving)") }
    guard let shown, shown.artifact == process.artifact else {
      throw Violation(.pagesFollow, "pages show \(shown?.artifact.path ?? "nothing"), not that of \(serving)")
    }
    guard pageAddresses == process.addresses else {
      throw Violation(
        .pagesAtLiveAddresses, "pages are requested at \(pageAddresses), not at \(process.addresses)")
    }
    if serving == reached { return }
    let isRollback = serving < reached ?? 0
    reached = serving
    if isRollback, failure == nil {
      throw Violation(.failuresShown, "nothing says why \(serving) serves again")
    }
    if serving == lastNumber, process.artifact == newest, failure != nil {
      throw Violation(.failuresShown, "a failure is shown, and the newest code serves")
    }
  }

  /// Notes that the pages in browsers are loaded again from this service.
  func reloadPages() throws(Violation) {
    guard let serving, let process = processes[serving], process.isReachable else {
      throw Violation(.pagesFollow, "pages are reloaded, and nothing serves them")
    }
    if let shown, shown.artifact == process.artifact, shown.serverFiles == process.serverFiles,
      shown.generation == serving || !process.held && serving == lastNumber
    {
      throw Violation(.pagesFollow, "pages are reloaded, and the code is the same")
    }
    shown = (serving, process.artifact, process.serverFiles)
  }

  /// Whether the newest program is live.
  private var servesNewest: Bool { serving.flatMap { processes[$0]?.artifact } == newest }

  /// Whether the newest program runs, or will be started.
  func runsNewest(_ rollout: Rollout) -> Bool {
    guard let newest else { return false }
    if let queued = rollout.programs.queued { return queued == newest }
    return (candidate ?? serving).flatMap { processes[$0]?.artifact } == newest
  }

  /// Checks what is left when nothing happens any more.
  func checkRest(_ rollout: Rollout?) throws(Violation) {
    if state == .ending, !processes.isEmpty { throw Violation(.closesOnce, "a removed service does not end") }
    guard state == .open, let rollout else { return }
    guard rollout.swap == .waiting, rollout.programs.queued == nil else {
      throw Violation(.comesToRest, "a swap is not brought to its end")
    }
    guard processes.count <= 1 else { throw Violation(.comesToRest, "more than one generation is left") }
    guard let process = processes.values.first else {
      if goodListens, !staysDown { throw Violation(.comesToRest, "a server proved itself, and none runs") }
      return
    }
    guard process.accepts, serving != nil else {
      throw Violation(.failureChangesNothing, "what is left does not serve")
    }
    guard rollout.backoff.delay == timing.backoff else {
      throw Violation(.backoffEnds, "the next restart is after \(rollout.backoff.delay)")
    }
    guard good == process.artifact else {
      throw Violation(.comesToRest, "what is left has not proved itself")
    }
    if let newest, process.artifact != newest, !failed.contains(newest) {
      throw Violation(.savesAreBuilt, "the newest program was forgotten")
    }
  }
}
