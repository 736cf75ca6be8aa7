import Control
import Glibc
import Handoff
import Posix

/// A hotreload that runs for a project.
struct RunningSession {
  /// The path of its socket for commands.
  private let path: String
  /// The process that the user has started.
  let pid: CInt

  /// Finds the hotreload of the project that `directory` is in. Throws ``ControlFailure`` with exit code 3 if none runs,
  /// and with 1 if there are several and `pid` names none of them.
  init(of directory: String, pid: CInt?) throws {
    guard let directory = FileSystem.realPath(directory), FileSystem.isDirectory(directory) else {
      throw ControlFailure(
        code: 1, "'\(directory)' is not a directory; name the project's with --package-path")
    }
    let all = RuntimeDirectory.sessions().filter { (try? ControlConnection(path: $0.controlPath)) != nil }
    let running = SessionChoice.sessions(of: directory, among: all)
    let chosen = running.filter { pid == nil || $0.pid == pid }
    guard let first = chosen.first else {
      let others = running.map { "\($0.pid)" }.joined(separator: ", ")
      throw ControlFailure(
        code: 3,
        others.isEmpty
          ? "no hotreload runs for \(directory); start it with 'hotreload run'"
          : "no hotreload with pid \(pid ?? 0) runs for \(directory); there is \(others)")
    }
    guard chosen.count == 1 else {
      let pids = chosen.map { "\($0.pid)" }.joined(separator: ", ")
      throw ControlFailure(
        code: 1, "several hotreloads run for \(first.project); choose one with --pid: \(pids)")
    }
    (path, self.pid) = (first.controlPath, first.pid)
  }

  /// Sends a request, and returns the reply. Throws `ControlConnection.Failure`.
  func ask(_ request: ControlRequest, by deadline: ContinuousClock.Instant?) throws(ControlConnection.Failure)
    -> ControlReply
  {
    var connection = try ControlConnection(path: path)
    return try connection.reply(to: request, by: deadline)
  }

  /// Ends it, and waits until its process has ended too, which removes what is left. Throws
  /// `ControlConnection.Failure`.
  func stop(by deadline: ContinuousClock.Instant?) throws(ControlConnection.Failure) {
    let process = ProcessHandle(pid)
    var connection = try ControlConnection(path: path)
    try connection.send(ControlRequest(.stop))
    try connection.awaitEnd(by: deadline)
    let limit = min(deadline ?? .now + Self.removal, .now + Self.removal)
    while process?.isAlive == true, .now < limit { poll(nil, 0, 5) }
  }

  /// The maximum time for the process to remove what is left after its servers have ended.
  private static let removal: Duration = .seconds(5)
}
