import Foundation
import Posix
import Project

/// A tool that builds and restarts a server at every save.
final class ToolUnderTest: @unchecked Sendable {
  let name: String
  private let words: [String]
  /// The text that the tool prints when it is ready for saves.
  private let ready: String?
  private let condition = NSCondition()
  /// The lines that the tool has printed.
  private var lines: [String] = []
  private var pid: CInt = 0
  /// The event file, if the tool is hotreload.
  private let events: EventFile?

  /// Creates a tool. `ready` is the text that it prints when it is ready for saves. `events` is for hotreload
  /// only.
  init(_ name: String, _ words: [String], ready: String?, events: EventFile? = nil) {
    self.name = name
    self.words = words + (events.map { ["--events", $0.path] } ?? [])
    self.ready = ready
    self.events = events
  }

  /// Starts the tool, and waits until its server answers.
  func start(in directory: String, port: UInt16) throws {
    lines = []
    events?.empty()
    var ends: [Int32] = [-1, -1]
    pipe(&ends)
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    let null = open("/dev/null", O_RDWR | O_CLOEXEC)
    pid = try Command(
      path: words[0], arguments: words, environment: CurrentProcess.environment, directory: directory,
      parentDeathSignal: SIGKILL
    ).start(input: null, output: null, error: ends[1])
    close(null)
    close(ends[1])
    let reading = FileHandle(fileDescriptor: ends[0], closeOnDealloc: true)
    Thread { [self] in
      var rest = ""
      while true {
        let data = reading.availableData
        if data.isEmpty { return }
        rest += String(decoding: data, as: UTF8.self)
        let parts = rest.split(separator: "\n", omittingEmptySubsequences: false)
        rest = parts.last.map(String.init) ?? ""
        condition.withLock {
          lines += parts.dropLast().map(String.init)
          condition.broadcast()
        }
      }
    }.start()
    _ = try answer(at: "/", port: port, of: name) { _ in true }
    if let ready { try awaitLine(ready) }
    usleep(1_500_000)  // the probation is then over
  }

  /// Saves, and waits for an answer that contains the text. Returns the time of the save.
  func measure(_ text: String, at path: String = "/", port: UInt16, save: () throws -> Void) throws
    -> SaveTimes
  {
    let seen = condition.withLock { lines.count }
    let time = Date().timeIntervalSince1970
    let start = ContinuousClock.now
    try save()
    _ = try answer(at: path, port: port, of: name) { $0.contains(text) }
    var times = SaveTimes(seconds: start.duration(to: .now) / .seconds(1))
    times.builds =
      condition.withLock { lines.dropFirst(seen) }.firstMatch(of: /built in ([0-9.]+) (m?)s/).map { [$0] }
      ?? []
    times.stages = try events?.stages(ofSaveAt: time).mapValues { [$0] } ?? [:]
    usleep(1_500_000)
    return times
  }

  /// Stops the tool, and waits until the port is closed.
  func stop(port: UInt16) {
    kill(-pid, SIGTERM)
    var status: Int32 = 0
    while waitpid(pid, &status, 0) == -1, errno == EINTR { continue }
    while let connection = try? Connection(port: port) {
      connection.close()
      usleep(10_000)
    }
  }

  /// Waits for a line that contains the text. Throws ``UsageFailure`` after a minute.
  private func awaitLine(_ text: String) throws {
    let deadline = Date(timeIntervalSinceNow: 60)
    try condition.withLock {
      while !lines.contains(where: { $0.contains(text) }) {
        if !condition.wait(until: deadline) { throw UsageFailure("\(name) did not print '\(text)'") }
      }
    }
  }
}

/// Waits for an answer for which `isRight` returns true, and returns it. Throws ``UsageFailure`` after five
/// minutes.
func answer(at path: String, port: UInt16, of name: String = "the server", _ isRight: (String) -> Bool) throws
  -> String
{
  let deadline = Date(timeIntervalSinceNow: 300)
  while Date() < deadline {
    if let connection = try? Connection(port: port) {
      defer { connection.close() }
      do {
        let body = try connection.get(path, close: true).body
        if isRight(body) { return body }
      } catch Connection.Failure.status where isRight("") {
        return ""
      } catch {}
    }
    usleep(2_000)
  }
  throw UsageFailure("\(name): the new code did not answer within 300 s")
}

extension ArraySlice<String> {
  /// Returns the first duration in the lines, in seconds; `nil` if there is none.
  fileprivate func firstMatch(of pattern: Regex<(Substring, Substring, Substring)>) -> Double? {
    for line in self {
      guard let match = line.firstMatch(of: pattern), let value = Double(match.1) else { continue }
      return match.2 == "m" ? value / 1000 : value
    }
    return nil
  }
}
