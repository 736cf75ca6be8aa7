import Foundation
import Posix

/// A program that watches a directory `src`, and runs a command after a save in it. The command writes a line
/// to a FIFO, and the arrival of the line counts as the start of the command.
final class Watcher: @unchecked Sendable {
  let name: String
  /// Whether a save of a hidden file runs the command too.
  let runsForHiddenFiles: Bool
  /// Returns the command line of the watcher.
  private let words: (_ command: String) -> [String]
  private let condition = NSCondition()
  /// The starts of the command so far.
  private var arrivals: [ContinuousClock.Instant] = []
  private(set) var pid: CInt = 0
  private var fifo = ""
  /// The descriptor of the FIFO; -1 when it is closed.
  private var descriptor: CInt = -1

  private init(
    _ name: String, runsForHiddenFiles: Bool = false, _ words: @escaping (String) -> [String]
  ) {
    self.name = name
    self.runsForHiddenFiles = runsForHiddenFiles
    self.words = words
  }

  /// Returns hotreload and the other watchers on `PATH`, each as its manual recommends.
  static func all() -> [Watcher] {
    let hotReload = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().path + "/hotreload"
    let list = "find src -type f"
    let inotifywait = "inotifywait -m -r -q -e close_write,move,create,delete,delete_self src"
    let peers = [
      Watcher("entr") {
        [
          "sh", "-c", "while sleep 0.1; do \(list) | entr -n -d -p -s '\($0)'; done 2>/dev/null",
        ]
      },
      // It waits for 30 ms without events before it runs the command, as hotreload does.
      Watcher("inotifywait", runsForHiddenFiles: true) {
        [
          "bash", "-c",
          "\(inotifywait) | while read x; do while read -t 0.03 x; do :; done; sh -c '\($0)'; done",
        ]
      },
      Watcher("watchfiles", runsForHiddenFiles: true) {
        ["watchfiles", "--ignore-permission-denied", "--verbosity", "warning", "sh -c '\($0)'", "src"]
      },
      Watcher("reflex", runsForHiddenFiles: true) {
        ["reflex", "-d", "none", "-r", "^src/", "--", "sh", "-c", $0]
      },
    ]
    let paths = (CurrentProcess.variable("PATH") ?? "").split(separator: ":")
    return [
      Watcher("hotreload") { _ in [hotReload, "run"] },
      Watcher("hotreload, polling") { _ in [hotReload, "run", "--poll"] },
    ] + peers.filter { peer in paths.contains { FileSystem.exists("\($0)/\(peer.name)") } }
  }

  /// Starts the watcher in a directory that contains `src`, and waits for a time in seconds.
  func start(in directory: String, settle seconds: Double) throws {
    fifo = directory + "/fifo"
    unlink(fifo)
    mkfifo(fifo, 0o600)
    descriptor = open(fifo, O_RDWR | O_CLOEXEC)
    arrivals = []
    let command = "echo >\(fifo)"
    let settings = """
      [build]
      command = "\(command)"
      [run]
      command = ["sleep", "100000"]
      [watch]
      include = ["src"]

      """
    try settings.write(toFile: directory + "/.reload.toml", atomically: true, encoding: .utf8)
    listen()
    let null = open("/dev/null", O_RDWR | O_CLOEXEC)
    defer { close(null) }
    let words = words(command)
    pid = try Command(
      path: words[0], arguments: words, environment: CurrentProcess.environment, directory: directory,
      parentDeathSignal: SIGKILL
    ).start(input: null, output: null, error: null)
    Thread.sleep(forTimeInterval: seconds)
  }

  /// Stops the watcher and everything that it has started.
  func stop() {
    for process in ProcessTree(root: pid).processes { kill(process, SIGTERM) }
    var status: Int32 = 0
    while waitpid(pid, &status, 0) == -1, errno == EINTR { continue }
    _ = write(descriptor, "q", 1)
    condition.withLock { while descriptor != -1 { condition.wait() } }
    unlink(fifo)
  }

  /// Returns the time of the first start of the command after `moment`; `nil` if there is none within a time
  /// in seconds.
  func run(after moment: ContinuousClock.Instant, within time: Double) -> ContinuousClock.Instant? {
    let deadline = Date(timeIntervalSinceNow: time)
    return condition.withLock {
      while true {
        if let arrival = arrivals.first(where: { $0 > moment }) { return arrival }
        if !condition.wait(until: deadline) { return arrivals.first { $0 > moment } }
      }
    }
  }

  /// Returns the number of starts of the command after `moment`. Waits until there was none for a time in
  /// seconds.
  func runs(after moment: ContinuousClock.Instant, quiet: Double) -> Int {
    condition.withLock {
      var seen = -1
      while seen != arrivals.count {
        seen = arrivals.count
        let deadline = Date(timeIntervalSinceNow: quiet)
        while arrivals.count == seen, condition.wait(until: deadline) {}
      }
      return arrivals.count { $0 > moment }
    }
  }

  /// Reads the FIFO on another thread.
  private func listen() {
    let reading = descriptor
    Thread { [self] in
      var byte: UInt8 = 0
      while read(reading, &byte, 1) == 1, byte != UInt8(ascii: "q") {
        let now = ContinuousClock.now
        condition.withLock {
          arrivals.append(now)
          condition.broadcast()
        }
      }
      close(reading)
      condition.withLock {
        descriptor = -1
        condition.broadcast()
      }
    }.start()
  }
}
