import Foundation
import Project

/// The event file of a hotreload.
final class EventFile {
  let path: String

  /// An event, as far as it is needed.
  private struct Event: Decodable {
    let event: String
    let time: Double
    var compiling, linking, seconds, ready, pause: Double?
  }

  /// Creates the path of a file in the temporary directory.
  init(_ name: String) { path = NSTemporaryDirectory() + "/benchmark-\(getpid())-\(name).jsonl" }

  deinit { unlink(path) }

  /// Removes the file before another hotreload writes to it.
  func empty() { unlink(path) }

  /// Returns the duration of each stage of a save, in seconds. `time` is that of the save in seconds since
  /// 1970. Waits up to 10 seconds until the new code is live. Throws ``UsageFailure`` if it is not.
  func stages(ofSaveAt time: Double) throws -> [SaveTimes.Stage: Double] {
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
    throw UsageFailure("hotreload has reported no swap in \(path)")
  }
}
