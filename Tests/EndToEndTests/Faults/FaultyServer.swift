import Foundation
import Posix
import Testing

/// The server of `Tests/Fixtures/EpollServer` with a library that injects a fault at a step of the swap. The
/// fault is appended to the program file, so that a "build" only appends a line, and a rollback restores the
/// faults too.
struct FaultyServer {
  private let package: TemporaryPackage

  /// Sets `package` up to be built by appending to the program, with short deadlines. `swap` are more
  /// settings.
  init(
    _ package: TemporaryPackage, swap: String = "handover-timeout = \"300ms\"", restartDelay: String = "10ms"
  )
    throws
  {
    self.package = package
    let server = try Program.path.get()
    try package.replace(
      package.root + "/.reload.toml",
      """
      [build]
      command = "cat \(server) behaviour > app.new && chmod +x app.new && mv app.new app"
      [run]
      command = ["./app"]
      [watch]
      include = ["behaviour"]
      debounce = "5ms"
      [swap]
      ready-timeout = "1s"
      probation = "150ms"
      drain-timeout = "300ms"
      stop-timeout = "300ms"
      \(swap)
      [restart]
      delay = "\(restartDelay)"

      """)
  }

  /// Saves the answer of the next program, and the fault at a step.
  func save(_ greeting: String, at step: String = "-", _ fault: String = "-") throws {
    try package.replace(package.root + "/behaviour", "\n#fault \(greeting) \(step) \(fault)\n")
  }

  /// Waits until a generation has reached a step. Returns its pid.
  static func awaitStep(_ step: String, _ hotReload: RunningHotReload) throws -> pid_t {
    let line = try hotReload.output.await(" at \(step)")
    return try #require(line.split(separator: " ").first.flatMap { pid_t($0) })
  }

  /// Waits until a generation stops itself at a step. Returns its pid.
  static func awaitStop(at step: String, _ hotReload: RunningHotReload) throws -> pid_t {
    let pid = try awaitStep(step, hotReload)
    try eventually("the stop at \(step)") { try ObservedProcess.isStopped(pid) }
    return pid
  }

  /// Waits until the session has one child in any state, which is the live generation.
  func awaitOneGeneration() throws {
    let session = try package.session
    try eventually("one generation") { ObservedProcess.children(of: session).count == 1 }
  }

  /// The program, compiled once for all tests of a run.
  private enum Program {
    static let path: Result<String, any Error> = Result {
      let directory = NSTemporaryDirectory() + "/e2e-faulty-\(getpid())"
      try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
      atexit { if let path = try? Program.path.get() { Program.remove(beside: path) } }
      let fixtures = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Fixtures")
      let script = """
        cp "$0"/EpollServer/Sources/App/main.c "$0"/FaultyServer/* . && cc -fPIC -shared -o libfault.so fault_injection.c \
        && cc -o server main.c libfault.so -Wl,-rpath,"$PWD"
        """
      let command = Command(
        path: "/bin/sh", arguments: ["sh", "-c", script, fixtures.standardized.path],
        environment: ["PATH=\(ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin")"],
        directory: directory, parentDeathSignal: SIGKILL)
      let ending = try ChildProcess(
        command, input: open("/dev/null", O_RDONLY | O_CLOEXEC), output: dup(1), error: dup(2)
      ).awaitEnd()
      guard ending == .exited(0) else { throw POSIXError(.ENOEXEC) }
      return directory + "/server"
    }

    private static func remove(beside path: String) {
      try? FileManager.default.removeItem(at: URL(filePath: path).deletingLastPathComponent())
    }
  }
}

extension ObservedProcess {
  /// Returns the children of a process, including zombies.
  static func children(of pid: pid_t) -> [pid_t] {
    let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task")) ?? []
    return tasks.flatMap { task in
      let text = try? String(contentsOfFile: "/proc/\(pid)/task/\(task)/children", encoding: .utf8)
      return (text ?? "").split(separator: " ").compactMap { pid_t($0) }
    }
  }

  /// Returns the processor time that a process has used, in seconds.
  static func processorTime(of pid: pid_t) throws -> Double {
    let text = try String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
    let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
    return fields[11...12].compactMap { Double($0) }.reduce(0, +) / Double(sysconf(Int32(_SC_CLK_TCK)))
  }
}
