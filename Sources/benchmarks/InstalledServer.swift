import Posix

/// A server from Debian or PyPI, started by the command that its users type.
struct InstalledServer {
  /// A requirement of a server.
  enum Need {
    /// A program on `PATH`, with its Debian package.
    case program(String, package: String)
    /// A Python module, with its package.
    case module(String, package: String)
  }

  let name: String
  let way: String
  let needs: [Need]
  /// A shell command that compiles the server. `FILES` stands for the directory of the sources, and `WORK`
  /// for that of the output.
  var preparation: String?
  /// The shell command that becomes the server, with the same placeholders. The port is `$PORT`.
  let command: String
  var clients: [ClientKind] = InstalledServer.usual + [.slow, .slow, .slow]

  static let usual = MeasuredServer(program: "").clients
  /// The clients of a server that cannot delay an answer by a second.
  static let quick = usual.filter { $0 != .slow }

  /// Returns the server, if everything that it needs is installed. Output is written to `directory`.
  func find(in tests: String, makingIn directory: String) throws -> FoundServer {
    let label = "\(name), \(way)"
    for need in needs {
      switch need {
      case .program(let program, let package):
        if CurrentProcess.find(program) == nil {
          return .absent("\(label): \(program) is not installed: apt install \(package)")
        }
      case .module(let module, let package):
        if try !hasPython(module: module) {
          return .absent("\(label): Python's \(module) is not installed: pip install '\(package)'")
        }
      }
    }
    func text(_ command: String) -> String {
      command.replacing("FILES", with: "\(tests)/OtherServers").replacing("WORK", with: directory)
    }
    if let preparation, try !run(text(preparation), in: directory) {
      return .absent("\(label): could not be made: \(text(preparation))")
    }
    let mark = "\(directory)/\(label.filter(\.isLetter))"
    try FileSystem.write("", to: mark)
    var server = MeasuredServer(program: mark)
    server.name = name
    server.way = way
    server.command = "exec \(text(command))"
    server.clients = clients
    return .server(server)
  }

  /// Runs a shell command. Returns whether it was successful.
  private func run(_ text: String, in directory: String) throws -> Bool {
    let command = Command(
      path: "/bin/sh", arguments: ["sh", "-ec", text], environment: CurrentProcess.environment,
      directory: directory, parentDeathSignal: 9)
    return try command.run(input: 0, output: 2, error: 2) == .exited(0)
  }
}

/// Returns whether a Python module is installed.
func hasPython(module: String) throws -> Bool {
  guard let python = CurrentProcess.find("python3") else { return false }
  let command = Command(
    path: python,
    arguments: [python, "-c", "import importlib.util as u; exit(not u.find_spec('\(module)'))"],
    environment: CurrentProcess.environment, directory: CurrentProcess.directory, parentDeathSignal: 9)
  return try command.run(input: 0, output: 1, error: 2) == .exited(0)
}
