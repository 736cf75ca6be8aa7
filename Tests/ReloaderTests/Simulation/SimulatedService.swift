import Reloader

/// One service in the world, independent of the reloader's state: its processes, its kept programs, and whatever
/// was shown or told about it.
final class SimulatedService {
  /// The life of a service. One that runs when it is removed is `ending` until its processes have ended.
  enum State { case waiting, opening, open, ending, closed }

  let id: ServiceID
  var state: State
  /// Whether it was removed from the settings while it was being opened.
  var isRemoved = false
  var timing: Timing
  /// Whether all its programs are workers.
  let onlyWorkers: Bool
  /// Whether all processes that are started from now on are servers, unless all programs are workers.
  var newProcessesListen = false

  var processes: [Int: SimulatedProcess] = [:]
  /// The generations that have ended while a check of them was running, which is to be cancelled.
  var checksOfEnded: Set<Int> = []
  var lastNumber = 0
  /// The live generation. Clients are lost if it ends.
  var serving: Int?

  /// All programs that were built, and have not been discarded.
  var kept: Set<Artifact> = []
  var artifactsBuilt = 0
  /// The program of the last build that was not superseded.
  var newest: Artifact?
  /// The newest program, if the build may have missed something.
  var doubtful: Artifact?
  /// Programs of which a generation failed.
  var failed: Set<Artifact> = []
  /// The program of the last generation that outlived its probation, or did its work.
  var good: Artifact?
  var goodListens = false
  /// Whether the live server was started before a file that it reads was saved.
  var isStale = false
  /// The number of saves of files that only the server reads.
  var serverFiles = 0
  /// Whether a server ended while the settings said that it is not always restarted, and none has proved itself
  /// since.
  var staysDown = false
  /// The number of restarts since the server was healthy, or anything was built or saved that starts it.
  var restarts = 0
  /// Whether the process that ended last was the only one, and had done its work.
  var hasFinished = false

  /// Whether it has listened, or said that it is ready.
  var hasServed = false
  /// The last generation for which the command after a swap was run.
  var lastHooked = 0
  /// The generation that served when the pages in browsers were last loaded, its program, and the files that it read.
  var shown: (generation: Int, artifact: Artifact, serverFiles: Int)?
  /// The addresses at which pages are requested.
  var pageAddresses: [String] = []
  /// The failure that is shown.
  var failure: Report?
  /// A candidate that has just died. A failure has to be shown, unless its successor is started at once.
  var deadCandidate: Int?
  /// The generation that clients have reached last.
  var reached: Int?

  init(_ id: ServiceID, _ state: State, timing: Timing, onlyWorkers: Bool) {
    (self.id, self.state, self.timing, self.onlyWorkers) = (id, state, timing, onlyWorkers)
  }

  /// Whether its processes and its build have not ended.
  var isRunning: Bool { state == .open || state == .ending }

  /// The generation that is new and held.
  var candidate: Int? { processes.first { $0.value.isCandidate }?.key }

  /// Returns a program that was never built before.
  func newArtifact() -> Artifact {
    artifactsBuilt += 1
    return Artifact(path: "\(id.number)-app-\(artifactsBuilt)")
  }
}
