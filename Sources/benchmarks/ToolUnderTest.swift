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
  private var pid: CInt = 0
  private(set) var times: [Double] = []
  private var builds: [Double] = []
  /// What hotreload's events say of its stages, in seconds.
  private var stages: [Stage: [Double]] = [:]
  /// Where it writes them.
  private let events: EventFile?

  /// What a save passes through.
  enum Stage: String, CaseIterable {
    case seen = "seen after"
    case quiet = "quiet after"
    case compiled = "compiled in"
    case linked = "linked in"
    case built = "built after"
    case started = "started after"
    case ready = "ready in"
    case switched = "switched in"
  }

  /// `ready`: what it prints when it has got ready for saves; `events`: it is hotreload, and writes its events.
  init(_ name: String, _ words: [String], ready: String?, events: EventFile? = nil) {
    self.name = name
    self.words = words + (events.map { ["--events", $0.path] } ?? [])
    self.ready = ready
    self.events = events
  }

  /// Starts it, and waits until its server answers.
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
    usleep(1_500_000)  // until the probation is over
  }

  /// Saves, and waits for the answer with the new text.
  func measure(_ file: SavedText, _ text: String, port: UInt16) throws {
    try measure("/", text, port: port) { try file.save(text) }
  }

  /// As ``measure(_:_:port:save:)``, and does not count.
  func prepare(_ path: String, _ text: String, port: UInt16, save: () throws -> Void) throws {
    try save()
    _ = try answer(at: path, port: port, of: name) { $0.contains(text) }
    usleep(1_500_000)
  }

  /// Saves, and waits for the answer at a path that has the text in it.
  func measure(_ path: String, _ text: String, port: UInt16, save: () throws -> Void) throws {
    let seen = condition.withLock { lines.count }
    let clock = ContinuousClock()
    let time = Date().timeIntervalSince1970
    let start = clock.now
    try save()
    _ = try answer(at: path, port: port, of: name) { $0.contains(text) }
    times.append(start.duration(to: clock.now) / .seconds(1))
    let new = condition.withLock { lines.dropFirst(seen) }
    if let built = new.firstMatch(of: /built in ([0-9.]+) (m?)s/) { builds.append(built) }
    for (stage, seconds) in try events?.stages(ofSaveAt: time) ?? [:] {
      stages[stage, default: []].append(seconds)
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

  /// The stages, if it has told of them: medians, and the fastest and the slowest.
  var stagesText: String? {
    if stages.isEmpty { return nil }
    let parts = Stage.allCases.compactMap { stage -> String? in
      guard let times = stages[stage], let fastest = times.min(), let slowest = times.max() else {
        return nil
      }
      return String(
        format: "%@ %.1f ms (%.1f to %.1f)", stage.rawValue, median(times) * 1000, fastest * 1000,
        slowest * 1000)
    }
    return "\(name): " + parts.joined(separator: ", ")
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

/// Waits until the server's answer is right, and returns it. Throws ``UsageFailure`` after five minutes.
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
  /// The first duration that one of the lines gives, in seconds.
  fileprivate func firstMatch(of pattern: Regex<(Substring, Substring, Substring)>) -> Double? {
    for line in self {
      guard let match = line.firstMatch(of: pattern), let value = Double(match.1) else { continue }
      return match.2 == "m" ? value / 1000 : value
    }
    return nil
  }
}

/// The events of a hotreload, in a file.
final class EventFile {
  let path: String

  private struct Event: Decodable {
    let event: String
    let time: Double
    var compiling, linking, seconds, ready, pause: Double?
  }

  /// In the temporary directory.
  init(_ name: String) { path = NSTemporaryDirectory() + "/benchmark-\(getpid())-\(name).jsonl" }

  deinit { unlink(path) }

  /// Before another hotreload writes.
  func empty() { unlink(path) }

  /// How long each stage took of a save at this time (in seconds since 1970), which serves by now.
  func stages(ofSaveAt time: Double) throws -> [ToolUnderTest.Stage: Double] {
    let deadline = Date(timeIntervalSinceNow: 10)
    while Date() < deadline {
      let text = try String(contentsOfFile: path, encoding: .utf8)
      let new = text.split(separator: "\n").compactMap { line in
        try? JSONDecoder().decode(Event.self, from: Data(line.utf8))
      }.filter { $0.time >= time }
      guard let swapped = new.first(where: { $0.event == "swapped" }) else {
        usleep(2_000)
        continue
      }
      let seen = new.first { $0.event == "seen" }?.time
      let changed = new.first { $0.event == "changed" }?.time
      let fast = new.last { $0.event == "fast-build" }
      let built = new.last { $0.event == "built" }
      let started = swapped.seconds.map { swapped.time - $0 }
      return [
        .seen: seen.map { $0 - time }, .quiet: changed.flatMap { end in seen.map { end - $0 } },
        .compiled: fast?.compiling, .linked: fast?.linking, .built: built?.seconds,
        .started: built.flatMap { built in started.map { $0 - built.time } }, .ready: swapped.ready,
        .switched: swapped.pause,
      ].compactMapValues(\.self)
    }
    throw UsageFailure("hotreload has told of no swap in \(path)")
  }
}
