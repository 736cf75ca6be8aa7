import Posix

/// A server in another language: a script of the end-to-end tests.
struct ScriptServer {
  let name: String
  let way: String
  let interpreter: String
  let file: String

  static let all = [
    ScriptServer(
      name: "Python http.server", way: "poll, then accept", interpreter: "python3", file: "http_server.py"),
    ScriptServer(name: "Python asyncio", way: "epoll", interpreter: "python3", file: "asyncio_server.py"),
    ScriptServer(name: "Node http", way: "epoll", interpreter: "node", file: "server.js"),
  ]

  /// Returns the server, if its interpreter is installed. A copy in `directory` is measured, because links
  /// are made beside it.
  func find(in tests: String, copyTo directory: String) throws -> FoundServer {
    guard let interpreter = CurrentProcess.find(interpreter) else {
      return .absent("\(name): \(interpreter) is not installed")
    }
    let script = "\(directory)/\(file)"
    FileSystem.remove(script)
    try FileSystem.copy("\(tests)/Fixtures/ScriptServer/\(file)", to: script)
    var server = MeasuredServer(program: script)
    server.name = name
    server.way = way
    server.interpreter = interpreter
    server.clients += [.slow, .slow, .slow]
    return .server(server)
  }
}
