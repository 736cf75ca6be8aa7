import Control
import Foundation
import Glibc
import Handoff
import Posix
import Reporting

extension ControlCommand {
  /// The maximum time for a reply that hotreload gives at once.
  private static let patience: Duration = .seconds(10)

  /// Runs the command. Throws ``UsageError`` or ``ControlFailure``.
  func run(_ arguments: [String]) throws {
    let arguments = try ControlArguments(arguments, of: subcommand)
    if arguments.isHelpWanted { return standardOutput.write(subcommand.helpText) }
    signal(SIGPIPE, SIG_IGN)  // hotreload may end while it is asked
    let deadline = arguments.timeout.map { ContinuousClock.now + $0 }
    let session = try RunningSession(of: arguments.directory, pid: arguments.pid)
    do throws(ControlConnection.Failure) {
      // A hotreload that is stopped, such as by Ctrl-Z, is told from one that works for long.
      if arguments.timeout == nil { _ = try session.ask(ControlRequest(.status), by: .now + Self.patience) }
      switch sent {
      case nil where arguments.areMetricsWanted:
        let reply = try session.ask(ControlRequest(.metrics), by: .now + Self.patience)
        guard let text = reply.metrics else { throw .unusable(reply.text ?? "the reply has no metrics") }
        standardOutput.write(text)
      case nil, .status:
        let reply = try session.ask(ControlRequest(.status), by: .now + Self.patience)
        try use(reply, arguments)
      case .stop: try session.stop(by: deadline)
      case .pause?, .resume?:
        let reply = try session.ask(ControlRequest(sent ?? .status), by: .now + Self.patience)
        if reply.result == .refused { throw .unusable(reply.text ?? "") }
      case let command?:
        let reply = try session.ask(ControlRequest(command, service: arguments.service), by: deadline)
        report(reply, arguments)
      }
    } catch {
      switch error {
      case .notRunning: throw ControlFailure(code: 3, "hotreload (pid \(session.pid)) has ended")
      case .timedOut where arguments.timeout == nil:
        throw ControlFailure(
          code: 1, "hotreload (pid \(session.pid)) does not answer; it may be stopped, such as by Ctrl-Z")
      case .timedOut:
        throw ControlFailure(code: 124, "the time of --timeout is over")
      case .unusable(let reason): throw ControlFailure(code: 1, reason)
      }
    }
  }

  /// Prints the status, or opens the browser.
  private func use(_ reply: ControlReply, _ arguments: ControlArguments) throws(ControlConnection.Failure) {
    guard let status = reply.status else { throw .unusable(reply.text ?? "the reply has no status") }
    if subcommand.name == Self.open.subcommand.name { return try Browser.open(status.url) }
    if arguments.isJSON { return standardOutput.write(json(status)) }
    let style = Style(isTerminal: standardOutput.isTerminal, variable: CurrentProcess.variable)
    standardOutput.write(status.text(style, now: WallClock.seconds))
  }

  /// Prints the reply of a command that waits, and ends with its exit code.
  private func report(_ reply: ControlReply, _ arguments: ControlArguments) {
    if arguments.isJSON, let status = reply.status { standardOutput.write(json(status)) }
    let style = Style(isTerminal: standardError.isTerminal, variable: CurrentProcess.variable)
    switch reply.result {
    case .done: if !arguments.isJSON { standardOutput.write((reply.status?.summary ?? "done") + "\n") }
    case .failed:
      messages.write(style.diagnostic(lines(reply.text)) + "\n")
      messages.flush()
      exit(1)
    case .refused:
      messages.write(style.red("error: ") + (reply.text ?? "refused") + "\n")
      messages.flush()
      exit(1)
    }
  }

  private func lines(_ text: String?) -> [String] {
    (text ?? "").split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  private func json(_ status: SessionStatus) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
    return String(decoding: (try? encoder.encode(status)) ?? Data(), as: UTF8.self) + "\n"
  }
}

/// An error of a command for a running hotreload, with its exit code.
struct ControlFailure: Error, CustomStringConvertible {
  let code: CInt
  let description: String

  init(code: CInt, _ description: String) { (self.code, self.description) = (code, description) }
}
