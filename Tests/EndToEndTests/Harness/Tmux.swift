import Foundation
import Posix

/// A real terminal, with tmux(1), in which a test types and whose screen it reads.
final class Tmux {
  private let socket: String
  private let environment: [String]

  /// Opens a terminal of this size with a shell, in the package's directory.
  init(_ package: TemporaryPackage, columns: Int = 80, rows: Int = 24) throws {
    socket = package.directory + "/tmux"
    let programs = URL(filePath: try RunningHotReload.path).deletingLastPathComponent().path
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    environment = package.environment([
      "PATH": "\(programs):\(path)", "PS1": "$ ", "TMUX": nil, "LC_ALL": "C.UTF-8",
    ])
    let settings =
      "set -g status off\nset -g escape-time 0\nset -g history-limit 5000\nset -g remain-on-exit on\n"
    try package.replace(package.directory + "/tmux.conf", settings)
    try run(
      ["-f", package.directory + "/tmux.conf", "new-session", "-d", "-x", "\(columns)", "-y", "\(rows)"]
        + ["-c", package.root, "bash", "--norc", "--noprofile"])
  }

  /// Types text.
  func type(_ text: String) throws { try run(["send-keys", "-l", text]) }

  /// Presses a key with a name, such as `Enter` or `C-z`.
  func press(_ key: String) throws { try run(["send-keys", key]) }

  /// Changes the size.
  func resize(columns: Int, rows: Int) throws {
    try run(["resize-window", "-x", "\(columns)", "-y", "\(rows)"])
  }

  /// Forgets the rows that have scrolled off the screen, which a larger screen would show again.
  func clearHistory() throws { try run(["clear-history"]) }

  /// The rows of the screen, without trailing spaces and empty rows at the end.
  var screen: [String] {
    get throws { try lines(["capture-pane", "-p"]) }
  }

  /// The screen with the rows that have scrolled off it.
  var history: [String] {
    get throws { try lines(["capture-pane", "-p", "-S", "-"]) }
  }

  private func lines(_ arguments: [String]) throws -> [String] {
    var lines = try run(arguments).split(separator: "\n", omittingEmptySubsequences: false).map {
      String($0.reversed().drop { $0 == " " }.reversed())
    }
    while lines.last == "" { lines.removeLast() }
    return lines
  }

  /// Waits until the screen is one of these. Durations and this port are replaced by `N ms` and `PORT`.
  func await(_ expected: [String]..., port: UInt16) throws {
    var last: [String] = []
    do {
      try eventually("the screen") {
        last = try screen.map { Self.normalized($0, port: port) }
        return expected.contains(last)
      }
    } catch { throw OtherScreen(expected: expected[0], found: last) }
  }

  /// Waits until a row of the screen contains the text.
  func await(_ text: String) throws {
    do { try eventually("'\(text)'") { try screen.contains { $0.contains(text) } } } catch {
      throw OtherScreen(expected: [text], found: (try? screen) ?? [])
    }
  }

  static func normalized(_ line: String, port: UInt16) -> String {
    line.replacing("\(port)", with: "PORT").replacing(#/(?:under )?[0-9.]+ m?s\b/#, with: "N ms")
  }

  /// Closes the terminal, and ends what runs in it by SIGHUP.
  func close() { _ = try? run(["kill-server"]) }

  @discardableResult
  private func run(_ arguments: [String]) throws -> String {
    let (ending, output) = try ChildProcess.run(
      Command(
        path: "tmux", arguments: ["tmux", "-S", socket] + arguments, environment: environment, directory: "/",
        parentDeathSignal: SIGKILL))
    if ending != .exited(0) { throw Failure(arguments: arguments, output: output) }
    return output
  }

  struct Failure: Error {
    let arguments: [String]
    let output: String
  }

  struct OtherScreen: Error, CustomStringConvertible {
    let expected, found: [String]
    var description: String {
      "expected:\n\(expected.joined(separator: "\n"))\nfound:\n\(found.joined(separator: "\n"))"
    }
  }
}
