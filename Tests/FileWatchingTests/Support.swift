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

  /// What this process has saved so far is known, and nothing of it is reported.
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

  /// Whether it has ended with status 0; waitpid(2), waiting or not. nil: not yet.
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

  /// Whether it has stopped itself (SIGSTOP) since this was asked for last.
  private var hasStopped: Bool {
    var information = siginfo_t()
    return waitid(P_PID, id_t(id), &information, WSTOPPED | WNOHANG) == 0
      && information.si_code == CLD_STOPPED
  }

  /// Drains the watcher for as long as the process runs, and once more; fails if that takes over 60 seconds. Whenever it has
  /// stopped itself, `stopped` is called when everything has been drained, and tells whether it is to go on.
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
      // Readable or not: the end of the process is not an event of this descriptor.
      var poller = pollfd(fd: watcher.descriptor ?? -1, events: Int16(POLLIN), revents: 0)
      poll(&poller, 1, 1)
      if watcher.isPolling { _ = try watcher.poll(for: .seconds(60)) }
      let paths = try watcher.drain()
      each(paths)
      found.formUnion(paths)
    } while result == nil
    #expect(result == true)
    return found
  }
}

extension FileWatcher {
  /// Looks at everything that is polled, then drains. What was saved before is known for certain then, and not told twice.
  func pollAndDrain() throws -> [String] {
    if isPolling { nextTick() }
    while try !poll(for: .seconds(1)) {}
    return try drain()
  }
}

/// Waits until the kernel's clock for files has passed the moment: what was changed before is older than what comes.
func nextTick() {
  func time(_ clock: clockid_t) -> (Int, Int) {
    var time = timespec()
    clock_gettime(clock, &time)
    return (time.tv_sec, time.tv_nsec)
  }
  let start = time(CLOCK_REALTIME)
  while time(CLOCK_REALTIME_COARSE) <= start { sched_yield() }
}

/// Fills the watcher's queue with events of which none is of interest, so that all that follow are dropped.
func overflowQueue(of project: Project) throws {
  let limit = try #require(
    Files.content(of: "/proc/sys/fs/inotify/max_queued_events").flatMap { Int($0.dropLast()) })
  // Two names in turn, for equal events in succession become one.
  for count in 0..<limit + 100 { Files.touchWithoutWriting(project[count.isMultiple(of: 2) ? ".a" : ".b"]) }
}
