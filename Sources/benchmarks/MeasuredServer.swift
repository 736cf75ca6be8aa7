import Posix
import Runtime

/// A server that is swapped for itself, and the clients that it has meanwhile.
struct MeasuredServer {
  var name = ""
  /// How it waits for connections.
  var way = ""
  /// The program, or the script.
  var program: String
  /// What runs the script.
  var interpreter: String?
  /// A command for the shell that is run in place of ``program``.
  var command: String?
  var clients: [ClientKind] = [
    .fresh, .fresh, .fresh, .fresh, .keepAlive, .thinking, .keepAliveOnce, .keepAliveOnce, .thinkingOnce,
    .thinkingOnce, .slow,
  ]
  /// What the clients are, where they speak no HTTP/1.1.
  var clientProgram: String?

  init(program: String) { self.program = program }

  /// The program that the command line names. Throws `UsageFailure`.
  init(named path: String) throws {
    guard FileSystem.isBinary(path) else {
      throw UsageFailure("'\(path)' is not a program, like Tests/HummingbirdServer/.build/debug/App")
    }
    self.init(program: path)
  }
}
