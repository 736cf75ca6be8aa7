internal import FileWatching
internal import Glibc
internal import Testing
internal import WatchingTestSupport

/// A watched directory `Sources` in a directory of its own, beside a `Package.swift` that is watched, too.
final class Project {
  let directory = TemporaryDirectory()
  let sources: String
  let outside: String

  init() {
    sources = directory["Sources"]
    outside = directory["outside"]
    Files.makeDirectory(sources)
    Files.makeDirectory(outside)
    Files.save(directory["Package.swift"], "manifest")
  }

  var rules: WatchRules { WatchRules(files: [directory["Package.swift"]], directories: [sources]) }

  /// Starts to watch. The files that this process has saved so far are known and not reported.
  func watch(_ options: WatchOptions = WatchOptions()) throws -> FileWatcher {
    nextTick()
    return try FileWatcher(rules: rules, options: options)
  }

  /// The path of this entry of `Sources`.
  subscript(_ name: String) -> String { "\(sources)/\(name)" }
}

/// Another process.
struct Process: ~Copyable {
  private let id: pid_t

  /// posix_spawnp(3). If `output` is given, standard output goes to that file.
  init(_ arguments: [String], output: String? = nil) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if let output {
      posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    }
    var words = arguments.map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var id: pid_t = 0
    let failure = Files.whileSpawning {
      posix_spawnp(&id, arguments[0], &actions, nil, &words, environ)
    }
    try #require(failure == 0)
    self.id = id
  }

  /// The probe is built into the directory of the tests.
  static func probe(_ arguments: String...) throws -> Process { try Process([probePath()] + arguments) }

  static func probePath() throws -> String {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let length = readlink("/proc/self/exe", &buffer, buffer.count)
    let tests = String(decoding: buffer[..<length], as: UTF8.self)
    let slash = try #require(tests.lastIndex(of: "/"))
    return tests[..<slash] + "/watching-probe"
  }

  /// Returns whether the process has ended with status 0; `nil` if it still runs (waitpid(2)).
  func succeeded(wait: Bool) -> Bool? {
    var status: Int32 = 0
    let ended = waitpid(id, &status, wait ? 0 : WNOHANG)
    return ended == 0 ? nil : status == 0
  }

  /// SIGKILL.
  consuming func end() {
    kill(id, SIGKILL)
    _ = succeeded(wait: true)
  }

  /// Whether the process has stopped itself (SIGSTOP) since the last call.
  private var hasStopped: Bool {
    var information = siginfo_t()
    return waitid(P_PID, id_t(id), &information, WSTOPPED | WNOHANG) == 0
      && information.si_code == CLD_STOPPED
  }

  /// Drains the watcher as long as the process runs, and once more. Fails if that takes more than 60 seconds.
  /// Each time the process has stopped itself, everything is drained and `stopped` is called, which returns
  /// whether the process is to go on.
  consuming func run(
    draining watcher: FileWatcher, each: ([String]) -> Void = { _ in }, stopped: () -> Bool = { true }
  ) throws -> Set<String> {
    let deadline = ContinuousClock.now + .seconds(60)
    var found: Set<String> = []
    var result: Bool?
    repeat {
      guard ContinuousClock.now < deadline else {
        end()
        Issue.record("the other process did not end")
        return found
      }
      if hasStopped {
        each(try watcher.pollAndDrain())
        guard stopped() else {
          end()
          return found
        }
        kill(id, SIGCONT)
      }
      result = succeeded(wait: false)
      // The loop also checks the process without an event, because its end is no event of this descriptor.
      var poller = pollfd(fd: watcher.descriptor ?? -1, events: Int16(POLLIN), revents: 0)
      poll(&poller, 1, 1)
      if watcher.isPolling { _ = try watcher.poll(for: .seconds(60)) }
      let paths = try watcher.takeChanges()
      each(paths)
      found.formUnion(paths)
    } while result == nil
    #expect(result == true)
    return found
  }
}

extension FileWatcher {
  /// Looks at all polled files, and drains the watcher. Earlier saves are then known, and are not reported
  /// twice.
  func pollAndDrain() throws -> [String] {
    if isPolling { nextTick() }
    while try !poll(for: .seconds(1)) {}
    return try takeChanges()
  }
}

/// Waits for the next tick of the kernel's clock for files, so that later changes have a later time than
/// earlier ones.
func nextTick() {
  func time(_ clock: clockid_t) -> (Int, Int) {
    var time = timespec()
    clock_gettime(clock, &time)
    return (time.tv_sec, time.tv_nsec)
  }
  let start = time(CLOCK_REALTIME)
  while time(CLOCK_REALTIME_COARSE) <= start { sched_yield() }
}

/// Fills the watcher's queue with irrelevant events, so that all that follow are dropped.
func overflowQueue(of project: Project) throws {
  let limit = try #require(
    Files.content(of: "/proc/sys/fs/inotify/max_queued_events").flatMap { Int($0.dropLast()) })
  // Two names alternate, because equal events in succession are merged.
  for count in 0..<limit + 100 { Files.touchWithoutWriting(project[count.isMultiple(of: 2) ? ".a" : ".b"]) }
}
