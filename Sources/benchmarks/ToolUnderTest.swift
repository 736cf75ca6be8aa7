import Foundation
import Posix
import Runtime

/// A tool that builds and restarts a server at every save.
final class ToolUnderTest: @unchecked Sendable {
  let name: String
  private let words: [String]
  private let ready: String?
  private let condition = NSCondition()
  private var lines: [String] = []
  private var arrivals: [ContinuousClock.Instant] = []
  private var pid: CInt = 0
  private(set) var times: [Double] = []
  private var builds: [Double] = []
  /// What hotreload says of its stages, in seconds: the save is seen and quiet, compiled, linked, ready, switched.
  private var stages: [[Double]] = []

  /// `ready`: what it prints when it has got ready for saves.
  init(_ name: String, _ words: [String], ready: String?) {
    self.name = name
    self.words = words
    self.ready = ready
  }

  /// Starts it, and waits until its server answers.
  func start(in directory: String, port: UInt16) throws {
    (lines, arrivals) = ([], [])
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
          arrivals += Array(repeating: .now, count: parts.count - 1)
          condition.broadcast()
        }
      }
    }.start()
    _ = try answer(port: port) { _ in true }
    if let ready { try awaitLine(ready) }
    usleep(1_500_000)  // until the probation is over
  }

  /// Saves, and waits for the answer with the new text.
  func measure(_ file: SavedText, _ text: String, port: UInt16) throws {
    let seen = condition.withLock { lines.count }
    let clock = ContinuousClock()
    let start = clock.now
    try file.save(text)
    _ = try answer(port: port) { $0.contains(text) }
    times.append(start.duration(to: clock.now) / .seconds(1))
    let (new, seenAt) = condition.withLock { (lines.dropFirst(seen), arrivals.dropFirst(seen).first) }
    if let built = new.firstMatch(of: /built in ([0-9.]+) (m?)s/) { builds.append(built) }
    if let compiled = new.firstMatch(of: /compiled in ([0-9.]+) (m?)s/),
      let linked = new.firstMatch(of: /linked in ([0-9.]+) (m?)s/),
      let ready = new.firstMatch(of: /ready in ([0-9.]+) (m?)s/),
      let pause = new.firstMatch(of: /pause ([0-9.]+) (m?)s/), let seenAt
    {
      stages.append([start.duration(to: seenAt) / .seconds(1), compiled, linked, ready, pause])
    }
    usleep(1_500_000)
  }

  /// Ends it, and waits until nobody listens.
  func stop(port: UInt16) {
    kill(-pid, SIGTERM)
    var status: Int32 = 0
    while waitpid(pid, &status, 0) == -1, errno == EINTR { continue }
    while let connection = try? Connection(port: port) {
      connection.close()
      usleep(10_000)
    }
  }

  /// A row of the table.
  func row(reference: Double) -> String {
    let total = median(times)
    let build = builds.isEmpty ? "" : "\(Int(median(builds) * 1000)) ms"
    let rest = builds.isEmpty ? "" : "\(Int((total - median(builds)) * 1000)) ms"
    let milliseconds = [total, times.min() ?? 0, times.max() ?? 0].map { "\(Int($0 * 1000)) ms" }
    let ratio = String(format: "%.2f", total / reference)
    return
      "| \(name) | \(times.count) | \(milliseconds.joined(separator: " | ")) | \(build) | \(rest) | \(ratio) |"
  }

  /// The medians of the stages, if it has told of them.
  var stagesText: String? {
    if stages.isEmpty { return nil }
    let names = ["seen and quiet after", "compiled in", "linked in", "ready in", "switched in"]
    let parts = names.enumerated().map { index, name in
      "\(name) " + String(format: "%.1f ms", median(stages.map { $0[index] }) * 1000)
    }
    return "\(name), medians: " + parts.joined(separator: ", ")
  }

  private func answer(port: UInt16, _ isRight: (String) -> Bool) throws -> String {
    let deadline = Date(timeIntervalSinceNow: 300)
    while Date() < deadline {
      if let connection = try? Connection(port: port) {
        defer { connection.close() }
        if let body = try? connection.get("/", close: true).body, isRight(body) { return body }
      }
      usleep(2_000)
    }
    throw UsageFailure("\(name): the new code did not answer within 300 s\n" + lines.joined(separator: "\n"))
  }

  private func awaitLine(_ text: String) throws {
    let deadline = Date(timeIntervalSinceNow: 60)
    try condition.withLock {
      while !lines.contains(where: { $0.contains(text) }) {
        if !condition.wait(until: deadline) { throw UsageFailure("\(name) did not print '\(text)'") }
      }
    }
  }
}

extension ArraySlice<String> {
  /// The first duration that one of the lines gives, in seconds.
  fileprivate func firstMatch(of pattern: Regex<(Substring, Substring, Substring)>) -> Double? {
    for line in self {
      guard let match = line.firstMatch(of: pattern), let value = Double(match.1) else { continue }
      return match.2 == "m" ? value / 1000 : value
    }
    return nil
  }
}
