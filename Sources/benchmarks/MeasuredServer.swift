import Posix
import Project

/// A server that is swapped for itself, with its clients.
struct MeasuredServer {
  var name = ""
  /// The way in which it waits for connections.
  var way = ""
  /// The path of the program or the script.
  var program: String
  /// The path of the script's interpreter.
  var interpreter: String?
  /// A shell command that is run in place of ``program``.
  var command: String?
  /// The kinds of the clients, one for each client.
  var clients: [ClientKind] = [
    .fresh, .fresh, .fresh, .fresh, .keepAlive, .thinking, .keepAliveOnce, .keepAliveOnce, .thinkingOnce,
    .thinkingOnce, .slow,
  ]
  /// The program of the clients, if they do not use HTTP/1.1.
  var clientProgram: String?

  init(program: String) { self.program = program }

  /// Creates the server for a path on the command line. Throws ``UsageFailure``.
  init(named path: String) throws {
    guard FileSystem.isBinary(path) else {
      throw UsageFailure("'\(path)' is not a program, like Tests/HummingbirdServer/.build/debug/App")
    }
    self.init(program: path)
  }
}
