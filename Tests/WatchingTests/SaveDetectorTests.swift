import Glibc
import FileWatching
import Posix
import SelfWrites
import Testing
import WatchingTestSupport

@testable import Watching

@Suite("The detector of saves")
struct SaveDetectorTests {
  /// A detector for a directory with the file `known`, and what it has reported.
  private final class Watched {
    let directory = TemporaryDirectory()
    let loop: EventLoop
    private(set) var detector: SaveDetector!
    private(set) var events: [SaveEvent] = []
    /// The handler of an event, which the test sets.
    var handle: (SaveEvent) -> Void = { _ in }
    private var isWanted: (SaveEvent) -> Bool = { _ in false }

    init(polls: Bool = false) throws {
      loop = try EventLoop()
      Files.save(directory["known"], "before")
      detector = try SaveDetector(
        rules(), WatchOptions(polls: polls), pollInterval: .milliseconds(5),
        Debouncer(quiet: .milliseconds(5), limit: .seconds(2)),
        SelfWrites(loop: loop), loop: loop
      ) { [unowned self] event in
        events.append(event)
        handle(event)
        if isWanted(event) { loop.stop() }
      }
      try run { if case .fact(.watching) = $0 { true } else { false } }
    }

    func rules() -> WatchRules {
      WatchRules(
        files: [WatchedEntry(directory["index"], .tracking), WatchedEntry(directory["settings"], .settings)],
        directories: [WatchedEntry(directory.path)])
    }

    /// Runs the loop until an event is reported.
    func run(until isWanted: @escaping (SaveEvent) -> Bool) throws {
      self.isWanted = isWanted
      try loop.run()
    }

    /// Runs the loop until a batch of saves is reported, and returns it.
    func nextSave() throws -> ChangeSet {
      var changes: ChangeSet?
      try run {
        guard case .saved(let saved) = $0 else { return false }
        changes = saved
        return true
      }
      return try #require(changes)
    }
  }

  @Test("calls its handler only from the loop, whatever the handler calls", arguments: [false, true])
  func reentrance(polls: Bool) throws {
    let watched = try Watched(polls: polls)
    let detector: SaveDetector = watched.detector
    var isInside = false
    var saved: [String] = []
    func callEverything() {
      #expect(!isInside)
      isInside = true
      detector.cycleBegan()
      detector.buildBegan(writesFiles: false)
      detector.touchCounts = false
      detector.buildEnded(.different)
      detector.cycleEnded()
      isInside = false
    }
    watched.handle = {
      switch $0 {
      case .saved(let changes):
        saved += changes.paths
        callEverything()
        detector.update(watched.rules(), WatchOptions(polls: polls))
      case .appeared, .fact(.seen): callEverything()
      case .trackingMayHaveChanged, .fact: break
      }
    }
    for number in 1...20 {
      let path = watched.directory["known"]
      Files.save(path, "\(number)")
      if number % 2 == 0 { callEverything() }
      #expect(try watched.nextSave().paths == [path])
    }
    #expect(saved.count == 20)
  }

  @Test("counts what changed before a beginning as before it", arguments: [false, true])
  func before(isBuild: Bool) throws {
    let watched = try Watched()
    let detector: SaveDetector = watched.detector
    if isBuild { detector.cycleBegan() }
    Files.save(watched.directory["new"], "1")
    isBuild ? detector.buildBegan(writesFiles: true) : detector.cycleBegan()
    Files.save(watched.directory["later"], "1")
    isBuild ? detector.buildEnded(.unknown) : detector.cycleEnded()
    let circumstances = detector.cycle.breaker.circumstances
    #expect(circumstances[watched.directory["new"]] == (isBuild ? .inCycle(1, .start) : .save))
    #expect(circumstances[watched.directory["later"]] == .inCycle(1, isBuild ? .build : .start))
  }

  @Test("reports each path with what it is for")
  func effects() throws {
    let watched = try Watched()
    Files.save(watched.directory["known"], "after")
    Files.save(watched.directory["settings"], "1")
    let changes = try watched.nextSave()
    #expect(changes.build == [watched.directory["known"]])
    #expect(changes.haveSettings && !changes.haveRules)
  }

  @Test("reports a save of the same bytes if it is told that a touch counts")
  func touch() throws {
    let watched = try Watched()
    Files.save(watched.directory["known"], "after")
    #expect(try watched.nextSave().paths == [watched.directory["known"]])
    Files.save(watched.directory["known"], "after")
    try watched.run { if case .fact(.unchanged) = $0 { true } else { false } }
    watched.detector.touchCounts = true
    Files.save(watched.directory["known"], "after")
    #expect(try watched.nextSave().paths == [watched.directory["known"]])
  }

  @Test("reports no save of hotreload's own file, and none of git's index")
  func others() throws {
    let watched = try Watched()
    Files.save(watched.directory["own"], "")
    #expect(try watched.nextSave().paths == [watched.directory["own"]])
    watched.detector.ownFile = FileSystem.FileNumber(watched.directory["own"])
    Files.save(watched.directory["own"], "1", flags: O_WRONLY | O_APPEND)
    Files.save(watched.directory["index"], "1")
    Files.save(watched.directory["known"], "after")
    #expect(try watched.nextSave().paths == [watched.directory["known"]])
    #expect(watched.events.contains { if case .trackingMayHaveChanged = $0 { true } else { false } })
  }

  @Test("reports a file before its batch is complete, a few times")
  func appears() throws {
    let watched = try Watched()
    var appeared = 0
    watched.detector.debouncer.quiet = .milliseconds(200)
    watched.handle = { event in
      guard case .appeared(let changes) = event else { return }
      #expect(changes.build == [watched.directory["known"]])
      appeared += 1
    }
    for number in 1...5 {
      Files.save(watched.directory["known"], "\(number)")
      try watched.run { if case .fact(.seen) = $0 { true } else { false } }
    }
    _ = try watched.nextSave()
    #expect(appeared == 3)
  }
}
