import Foundation
import Posix

/// A running `hotreload`, with its output.
final class RunningHotReload {
  let process: ChildProcess
  /// The server's standard output, or all output if there is a terminal.
  let output: Transcript
  /// The standard error of hotreload and of the server.
  let errors: Transcript

  /// Starts hotreload with these arguments. `terminal` is used as descriptors 0, 1 and 2, if there is one.
  /// `shell` is a shell script that starts it as `"$0" "$@"`.
  init(
    _ arguments: [String], environment: [String], directory: String, terminal: Terminal? = nil,
    shell: String? = nil
  ) throws {
    let program = try Self.path
    let command = Command(
      path: shell == nil ? program : "/bin/sh",
      arguments: (shell.map { ["sh", "-c", $0, program] } ?? ["hotreload"]) + arguments,
      environment: environment, directory: directory, parentDeathSignal: SIGKILL)
    if let terminal {
      output = Transcript(readingFrom: terminal.ours)
      errors = output
      process = ChildProcess(command, input: terminal.theirs, output: terminal.theirs, error: terminal.theirs)
    } else {
      let (out, err) = (try Pipe(), try Pipe())
      output = Transcript(readingFrom: out.reading)
      errors = Transcript(readingFrom: err.reading)
      process = ChildProcess(
        command, input: open("/dev/null", O_RDONLY | O_CLOEXEC), output: out.writing, error: err.writing)
    }
    _ = try process.pid
  }

  /// Waits for the next line of hotreload, or of the server's standard error, that contains `text`.
  @discardableResult
  func await(_ text: String) throws -> String { try errors.await(text) }

  /// The output for the report of a failed test.
  var transcript: String {
    output === errors ? errors.all : "--- standard error\n\(errors.all)--- standard output\n\(output.all)"
  }

  /// The path of `hotreload`, beside the program or library into which these tests were linked.
  static var path: String {
    get throws {
      let here = UInt(bitPattern: #dsohandle)
      for line in try String(contentsOfFile: "/proc/self/maps", encoding: .utf8).split(separator: "\n") {
        let columns = line.split(separator: " ", omittingEmptySubsequences: true)
        let range = columns[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
        guard columns.count > 5, range.count == 2, range[0] <= here, here < range[1] else { continue }
        let tests = columns[5...].joined(separator: " ")
        return URL(filePath: tests).deletingLastPathComponent().appending(path: "hotreload").path
      }
      throw POSIXError(.ENOENT)
    }
  }
}
