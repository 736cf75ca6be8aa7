import FileWatching
import Posix
import SelfWrites
import Testing
import Watching
import WatchingTestSupport

@Suite("A detector of saves that is asked")
struct PausedDetectorTests {
  /// A detector for a directory, and the batches that it has reported.
  private final class Watched {
    let directory = TemporaryDirectory()
    let loop: EventLoop
    private(set) var detector: SaveDetector!
    private(set) var batches: [ChangeSet] = []
    /// Whether the content of the files was read.
    private var hasRead = false
    /// Whether the loop stops at the end of a pass.
    private var isDone: () -> Bool = { false }

    init(polls: Bool) throws {
      loop = try EventLoop()
      Files.save(directory["known"], "before")
      detector = try SaveDetector(
        WatchRules(files: [], directories: [WatchedEntry(directory.path)]), WatchOptions(polls: polls),
        pollInterval: .milliseconds(5), Debouncer(quiet: .milliseconds(5), limit: .milliseconds(20)),
        SelfWrites(loop: loop), loop: loop
      ) { [unowned self] in
        if case .saved(let changes) = $0 { batches.append(changes) }
        if case .fact(.watching) = $0 { hasRead = true }
      }
      loop.afterPass = { [unowned self] in if isDone() { loop.stop() } }
      try run { self.hasRead }
    }

    /// Runs the loop until a condition holds at the end of a pass.
    func run(until isDone: @escaping () -> Bool) throws {
      self.isDone = isDone
      try loop.run()
    }
  }

  @Test("is at rest only when a save before the question was reported", arguments: [false, true])
  func rest(polls: Bool) throws {
    let watched = try Watched(polls: polls)
    for number in 1...20 {
      Files.save(watched.directory["known"], "\(number)")
      watched.detector.look()
      #expect(!watched.detector.isAtRest)
      try watched.run { watched.detector.isAtRest }
      #expect(watched.batches.count == number)
    }
  }

  @Test("gathers saves while it is paused, and reports them together afterwards", arguments: [false, true])
  func paused(polls: Bool) throws {
    let watched = try Watched(polls: polls)
    watched.detector.isPaused = true
    let names = ["a", "b", "known"]
    for name in names {
      Files.save(watched.directory[name], "after")
      try watched.run { watched.detector.pending.contains(watched.directory[name]) }
    }
    // Longer than the limit of the debouncer.
    watched.loop.after(.milliseconds(40)) { watched.detector.isPaused = false }
    try watched.run { !watched.batches.isEmpty || !watched.detector.isPaused && watched.detector.isAtRest }
    #expect(watched.batches.map { $0.build.sorted() } == [names.map { watched.directory[$0] }])
  }

  @Test("reports what it has gathered when it is asked to, and stays paused")
  func endBatchNow() throws {
    let watched = try Watched(polls: false)
    watched.detector.isPaused = true
    Files.save(watched.directory["a"], "1")
    watched.detector.endBatchNow()
    #expect(watched.detector.pending == [])
    try watched.run { watched.detector.isAtRest }
    #expect(watched.batches.map(\.build) == [[watched.directory["a"]]])
    #expect(watched.detector.isPaused)
  }
}
