import Foundation
import Posix
import Testing

/// A copy of a fixture for one test, and everything that the test starts for it.
final class TemporaryPackage {
  /// The directory that contains the package, and the files that must not be in it.
  let directory: String
  /// The package's root.
  let root: String
  /// The port of the server, and that of its second listener.
  let ports = (Ports.free(), Ports.free())
  var port: UInt16 { ports.0 }

  /// The options that ``hotReload(_:environment:in:terminal:shell:)`` adds to the arguments of `hotreload run`.
  private let options: [String]

  /// The variable that marks every process that descends from the test.
  private let mark: String
  private(set) var started: [RunningHotReload] = []
  private var loads: [Load] = []

  init(fixture: String = "EpollServer", builtBy builder: Builder = .swiftPM) throws {
    options = builder.options
    let name = "e2e-" + UUID().uuidString.prefix(8)
    mark = "END_TO_END_TEST=\(name)"
    // The path is resolved, as SwiftPM does.
    directory = URL(filePath: NSTemporaryDirectory()).resolvingSymlinksInPath().appending(path: name).path
    root = directory + "/package"
    let fixtures = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Fixtures")
      .standardized
    try FileManager.default.createDirectory(atPath: directory + "/run", withIntermediateDirectories: true)
    chmod(directory + "/run", 0o700)
    try FileManager.default.copyItem(atPath: fixtures.appending(path: fixture).path, toPath: root)
    try? FileManager.default.removeItem(atPath: root + "/.build")
    if builder == .compiler { try FileManager.default.removeItem(atPath: root + "/Package.swift") }
  }

  /// Returns the environment of started processes: that of the tests, with directories that are not the
  /// user's. A value of `nil` removes a variable.
  func environment(_ changes: [String: String?] = [:]) -> [String] {
    var variables = ProcessInfo.processInfo.environment
    for name in ["NO_COLOR", "LD_PRELOAD", "SWIFT_BACKTRACE"] { variables[name] = nil }
    variables["HOME"] = Cache.directory
    variables["XDG_CACHE_HOME"] = Cache.directory + "/.cache"
    variables["XDG_RUNTIME_DIR"] = directory + "/run"
    variables["TERM"] = "xterm"
    variables["PORT"] = "\(ports.0)"
    variables["PORT2"] = "\(ports.1)"
    for (name, value) in changes { variables[name] = value }
    return variables.map { "\($0.key)=\($0.value)" }.sorted() + [mark]
  }

  /// Starts hotreload with these arguments, by default in the package's directory.
  func hotReload(
    _ arguments: [String], environment changes: [String: String?] = [:], in directory: String? = nil,
    terminal: Terminal? = nil, shell: String? = nil
  ) throws -> RunningHotReload {
    let options = arguments.first == "run" ? options : []
    let running = try RunningHotReload(
      arguments.prefix(1) + options + arguments.dropFirst(), environment: environment(changes),
      directory: directory ?? root, terminal: terminal,
      shell: shell)
    started.append(running)
    return running
  }

  /// Starts `hotreload run` and waits until the first generation listens.
  func serving(_ options: String...) throws -> RunningHotReload { try serving(options) }

  func serving(_ options: [String]) throws -> RunningHotReload {
    let running = try hotReload(["run"] + options)
    try running.await("generation 1 listens on")
    return running
  }

  /// Serves "one", and sends a request that is answered once the gate is opened. `code` are more lines of its
  /// header.
  func slowRequest(
    _ options: String..., code: [String] = [], request: String = "GET /slow HTTP/1.1\r\n\r\n"
  ) throws -> (hotReload: RunningHotReload, client: Connection, gate: Gate) {
    let gate = try makeGate()
    try save(header: header("one", ["#define SLOW_UNTIL \"\(gate.path)\""] + code))
    let hotReload = try serving(options)
    let client = try Connection(port: port)
    try client.send(bytes: request)
    try gate.awaitReader()
    return (hotReload, client, gate)
  }

  /// Starts clients of the server, by default of its first listener. They end with the package at the latest.
  func load(_ clients: [Load.Kind] = Load.mixed, port: UInt16? = nil, host: String = "127.0.0.1") -> Load {
    let load = Load(port: port ?? self.port, host: host, clients)
    loads.append(load)
    return load
  }

  /// Sends a request to the server.
  func answer() throws -> Answer { try EndToEndTests.answer(port: port) }

  /// The processes that the test has started, directly or through others.
  var processes: [ObservedProcess] { ObservedProcess.all(with: mark) }

  /// The process of the session: the child of the one that was started.
  var session: pid_t {
    get throws {
      let found = processes.first { $0.command.hasPrefix("hotreload session") }
      guard let found else { throw POSIXError(.ESRCH) }
      return found.pid
    }
  }

  /// The files in hotreload's runtime directories.
  var runtimeFiles: [String] {
    let base = directory + "/run/hotreload"
    return (FileManager.default.subpaths(atPath: base) ?? []).sorted()
  }

  /// Waits until nothing is left of the started processes: no process, no runtime file and no listener. A
  /// process that ends loses its environment, by which it is found, before its sockets, so the port is
  /// checked too.
  func awaitNothingLeft() throws {
    do {
      try eventually("the end of all processes") { processes.isEmpty }
    } catch {
      throw Left(processes: processes)
    }
    try eventually("the end of the listener on port \(port)") { try Ports.inode(of: port) == nil }
    #expect(runtimeFiles == [])
  }

  /// The programs that are kept for a rollback.
  var keptPrograms: [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: root + "/.build/debug")) ?? []
    return names.filter { $0.contains(".hotreload-") }.sorted()
  }

  struct Left: Error { let processes: [ObservedProcess] }

  /// Ends the remaining processes, and removes the files.
  func remove() {
    for load in loads { load.stop() }
    for running in started { try? running.process.signal(SIGKILL) }
    for process in processes { kill(process.pid, SIGKILL) }
    try? FileManager.default.removeItem(atPath: directory)
  }
}

/// The home directory of all tests of a run, so that modules are not compiled again for each test.
private enum Cache {
  static let directory: String = {
    let path = NSTemporaryDirectory() + "/e2e-home-\(getpid())"
    try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    atexit { try? FileManager.default.removeItem(atPath: Cache.directory) }
    return path
  }()
}
