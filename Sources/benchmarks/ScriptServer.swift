import Posix

/// A server in another language: one of the scripts that the end-to-end tests run.
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

  /// A copy is measured, as links to it are made beside it.
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
