import Foundation
import Glibc
import Posix

/// The command `hotreload mcp`, a server of the Model Context Protocol for coding agents.
enum MCPCommand {
  static let command = Subcommand(
    name: "mcp", abstract: "Serve the Model Context Protocol on standard input and output.",
    discussion: [
      """
      A coding agent starts this command, and asks it about the hotreload that runs for the project: its status, the \
      diagnostics of the last build, a wait until the agent's edits are live.
      """
    ],
    options: Subcommand.Option.session)

  /// Runs the command until standard input ends.
  static func run(_ arguments: [String]) throws {
    let arguments = try ControlArguments(arguments, of: command)
    if arguments.isHelpWanted { return standardOutput.write(command.helpText) }
    let tools = MCPTools(directory: arguments.directory, pid: arguments.pid)
    let writer = LineWriter()
    let calls = DispatchGroup()
    signal(SIGPIPE, SIG_IGN)  // hotreload may end while it is asked
    while let line = readLine() {
      guard let message = MCPMessage(line) else {
        writer.write(MCPMessage.error(id: NSNull(), code: -32700, "the message is not JSON"))
        continue
      }
      guard message.method == "tools/call" else {
        message.reply(tools: tools).map(writer.write)
        continue
      }
      // A wait must not keep the client from asking for something else.
      calls.enter()
      try startDetachedThread {
        message.reply(tools: tools).map(writer.write)
        calls.leave()
      }
    }
    calls.wait()
  }

  /// Writes whole lines from several threads.
  private final class LineWriter: Sendable {
    private let lock = NSLock()

    func write(_ line: String) { lock.withLock { standardOutput.write(line + "\n") } }
  }
}
