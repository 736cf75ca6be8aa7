@testable import Reloader

/// A bug that a reloader is made to have, so that a test sees that the simulation finds it. Most change the actions
/// of the reloader, as if it had decided so; some change its state. The sources know nothing of them.
enum PlantedBug: String, CaseIterable {
  // The servers of a service.
  case terminatesInsteadOfPausing, releasesBeforeThePauseIsConfirmed, releasesAtTheStart, pausesForNothing
  case doesNotRollBack, failedBuildReleases, takesEveryProgramForGood, doublesTheDelayForever
  case checksHealthTwice, checksHealthOfHeld, forgetsHealthChecks, keepsHealthChecks, sparesTheUnhealthy
  case restartsForever, ignoresThePolicy, repeatsFinishedWork
  case doesNotDrain, killsInItsTime, keepsConnections, startsAnotherProgram
  case keepsSeveralGenerationsLive, forgetsTheReleaseDeadline, startsUnheld
  case forgetsTheQuietSecond, forgetsToCheckAgain, checksAtTheStart, checksTwice, keepsChecks

  // The build.
  case doesNotCancel, cancelsForNothing, startsTwoBuilds, buildsForRemoved, forgetsAService, forgetsASave
  case doesNotBuildClean, speculatesDuringABuild, forgetsToDiscard, discardsTheRunningProgram

  // Services and the end.
  case opensBeforeTheRemovedHasEnded, opensTwice, doesNotClose, closesTwice, startsAfterARemoval, skipsANumber
  case keepsSpeculation, leavesEarly, doesNotLeave, actsAfterTheEnd

  // Deadlines, and whatever is shown or told.
  case keepsDeadlines, drainsAtOnce, runsTheHookTwice, forgetsTheHook, reloadsPagesAfterABuild, keepsOldPages
  case ignoresSavesOfPages, asksForPagesElsewhere, keepsAFailure, hidesAFailure, doesNotBeginTheCycle
  case doesNotEndTheCycle, endsTheCycleTwice, forgetsTouches, allServeTwice, allServeEarly, neverAllServe

  /// Lets the reloader handle an event, with the bug; `nil` is the start.
  func respond(to event: Event?, in world: SimulatedWorld, _ reloader: inout Reloader) -> [Action] {
    var actions = event.map { reloader.handle($0, at: world.now) } ?? reloader.start(at: world.now)
    change(&reloader)
    change(&actions, after: event, in: world)
    return actions
  }

  /// The rule that the bug breaks.
  var invariant: Invariant {
    switch self {
    case .terminatesInsteadOfPausing: .portStaysOpen
    case .releasesBeforeThePauseIsConfirmed, .startsUnheld: .oneAcceptor
    case .releasesAtTheStart, .pausesForNothing: .readyBeforeLive
    case .forgetsTheQuietSecond, .forgetsToCheckAgain: .readyWhenMet
    case .checksAtTheStart, .checksTwice, .keepsChecks: .checksInTurn
    case .doesNotRollBack, .failedBuildReleases: .failureChangesNothing
    case .takesEveryProgramForGood: .lastGoodProgram
    case .checksHealthTwice, .checksHealthOfHeld, .forgetsHealthChecks, .keepsHealthChecks: .healthChecks
    case .sparesTheUnhealthy: .unhealthyIsEnded
    case .restartsForever, .ignoresThePolicy, .repeatsFinishedWork: .restartPolicy
    case .doublesTheDelayForever: .backoffEnds
    case .doesNotDrain: .drainedBeforeTermination
    case .killsInItsTime: .killedOnlyWhenOverdue
    case .keepsConnections: .noStaleAnswer
    case .startsAnotherProgram, .doesNotCancel, .cancelsForNothing: .newestWins
    case .forgetsASave, .forgetsAService: .savesAreBuilt
    case .keepsSpeculation, .leavesEarly, .doesNotLeave: .nothingStaysBehind
    case .actsAfterTheEnd: .silenceAfterExit
    case .startsTwoBuilds: .oneBuild
    case .buildsForRemoved: .buildsForRunning
    case .doesNotBuildClean: .cleanBuild
    case .speculatesDuringABuild: .speculationOnlyAtRest
    case .forgetsToDiscard, .discardsTheRunningProgram: .programsAreKept
    case .opensBeforeTheRemovedHasEnded, .opensTwice: .opensAfterEnd
    case .startsAfterARemoval, .skipsANumber: .actsOnOpenServices
    case .doesNotClose, .closesTwice: .closesOnce
    case .keepsSeveralGenerationsLive: .oneOfEachRole
    case .forgetsTheReleaseDeadline: .comesToRest
    case .keepsDeadlines, .drainsAtOnce: .deadlines
    case .runsTheHookTwice, .forgetsTheHook: .hooksOnce
    case .reloadsPagesAfterABuild, .keepsOldPages, .ignoresSavesOfPages: .pagesFollow
    case .asksForPagesElsewhere: .pagesAtLiveAddresses
    case .keepsAFailure, .hidesAFailure: .failuresShown
    case .doesNotBeginTheCycle, .doesNotEndTheCycle, .endsTheCycleTwice: .cycle
    case .forgetsTouches: .touches
    case .allServeTwice, .allServeEarly, .neverAllServe: .allServe
    }
  }
}
