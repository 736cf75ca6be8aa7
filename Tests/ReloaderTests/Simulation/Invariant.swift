/// A rule that the simulation checks after every step. The numbers are those of README.md, "What you can rely on".
/// The last group are rules of the modules that perform the actions; their documentation is named.
enum Invariant: String, CaseIterable {
  // What the README promises.

  /// 1: A generation that serves is ended only if another one serves, or if it has to be ended for its successor.
  case portStaysOpen
  /// 2: At most one generation of a service accepts, after every action.
  case oneAcceptor
  /// 3: A held generation is released only after it was ready, and nothing is paused for one that is not ready.
  case readyBeforeLive
  /// 3: A held generation is ready as soon as it meets all conditions, which are checked until they are met.
  case readyWhenMet
  /// 3: A page is requested, and the command is run, one at a time, when the conditions before it are met, and only
  /// as long as the generation may become live.
  case checksInTurn
  /// 4: The old generation is live again if the new one fails, and a build that fails changes nothing.
  case failureChangesNothing
  /// 4: The program that is restarted is the last one that outlived its probation, or did its work.
  case lastGoodProgram
  /// 4: A server is restarted only if the policy allows it, and at most as often.
  case restartPolicy
  /// 4: The delay before a restart is the one of the settings again, once the server is healthy.
  case backoffEnds
  /// A live server is checked as the settings say, one check at a time, and only while nothing is started or swapped.
  case healthChecks
  /// A live server that fails as often as the settings allow is ended.
  case unhealthyIsEnded
  /// 5: A generation gets SIGTERM when it has no request in flight, or at the drain deadline.
  case drainedBeforeTermination
  /// 5: A generation is killed only if it has exceeded a limit, or if the user insists.
  case killedOnlyWhenOverdue
  /// 6: A pause moves or closes the idle connections, as the settings say.
  case noStaleAnswer
  /// 7: A save during a build cancels it, and only the newest program is started.
  case newestWins
  /// 7: After rest, what was saved last is built, live and alone, for every service.
  case savesAreBuilt
  /// 8: Nothing is left when hotreload exits: processes, builds, speculation, services, deadlines.
  case nothingStaysBehind
  /// 8: Nothing is done after the exit.
  case silenceAfterExit

  // What the builder relies on (Action.swift, Builds.swift; Building.docc).

  /// One build runs at a time, and none is started after an interrupt.
  case oneBuild
  /// A build is for services that run, for at least one of them, and waits for those that are being opened.
  case buildsForRunning
  /// A program that may be wrong, and crashes, is built from scratch. Nothing else is.
  case cleanBuild
  /// Nothing is compiled speculatively while a build runs or is wanted, or after an interrupt.
  case speculationOnlyAtRest
  /// A kept program is discarded once, when nothing needs it any more.
  case programsAreKept

  // What services rely on (Action.swift, ServiceAction).

  /// A service is opened once, when no removed one is ending.
  case opensAfterEnd
  /// Something is done only for an open service, and generations are numbered in order.
  case actsOnOpenServices
  /// A removed service ends, and is closed once, after its processes and its build.
  case closesOnce
  /// There is at most one candidate, one live generation and one fallback.
  case oneOfEachRole
  /// A swap comes to its end whatever the processes do, and one generation that accepts is left.
  case comesToRest
  /// A deadline is that of the settings, and is set only for something that exists.
  case deadlines

  // What users and tools see (Settings.docc, BrowserPages.md, Events.md; Watching.docc for cycles and touches).

  /// The command after a swap runs once for a generation that accepts, in order.
  case hooksOnce
  /// Pages are loaded again when other code, other files or other style sheets are there, and only then.
  case pagesFollow
  /// Pages are requested at the addresses of the live generation.
  case pagesAtLiveAddresses
  /// A failure is shown until the newest code serves.
  case failuresShown
  /// A cycle is open while something that a save has set off is not done, and ends once.
  case cycle
  /// A save that changes nothing counts if the last build failed, or if its program does not run.
  case touches
  /// The service manager is told once, when all services have served.
  case allServe
}

/// An invariant that was broken.
struct Violation: Error {
  let invariant: Invariant
  let text: String

  init(_ invariant: Invariant, _ text: String) { (self.invariant, self.text) = (invariant, text) }
}
