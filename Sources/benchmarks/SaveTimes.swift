import Foundation

/// The times from saves to the first answers of the new code, in seconds.
struct SaveTimes {
  var all: [Double] = []
  /// The durations of the builds that the tool has printed, in seconds.
  var builds: [Double] = []
  /// The durations of the stages in hotreload's events, in seconds.
  var stages: [Stage: [Double]] = [:]

  /// A stage of a save.
  enum Stage: String, CaseIterable {
    /// The time from the save to the event `seen`.
    case seen = "seen after"
    /// The time from the event `seen` to the end of the debounce.
    case quiet = "quiet after"
    /// The time of the compilers.
    case compiled = "compiled in"
    /// The time of the linker.
    case linked = "linked in"
    /// The time of the whole build.
    case built = "built after"
    /// The time from the end of the build to the start of the server.
    case started = "started after"
    /// The time from the start until the server is ready.
    case ready = "ready in"
    /// The pause between the old and the new generation.
    case switched = "switched in"
  }

  init() {}

  /// Creates the times of one save.
  init(seconds: Double) { all = [seconds] }

  /// Adds other times.
  mutating func append(_ others: SaveTimes) {
    all += others.all
    builds += others.builds
    stages.merge(others.stages, uniquingKeysWith: +)
  }

  /// The number of saves, and the median, the fastest and the slowest one, as four columns of a table.
  var columns: String {
    let times = [median(all), all.min() ?? 0, all.max() ?? 0].map { "\(Int($0 * 1000)) ms" }
    return "\(all.count) | \(times.joined(separator: " | "))"
  }

  /// Returns the ratio of the medians of these and other times; empty if there are none.
  func ratio(to others: SaveTimes) -> String {
    others.all.isEmpty || all.isEmpty ? "" : String(format: "%.2f", median(all) / median(others.all))
  }

  /// The median, the fastest and the slowest time of each stage; `nil` if there are none.
  var stagesText: String? {
    if stages.isEmpty { return nil }
    return Stage.allCases.compactMap { stage -> String? in
      guard let times = stages[stage], let fastest = times.min(), let slowest = times.max() else {
        return nil
      }
      return String(
        format: "%@ %.1f ms (%.1f to %.1f)", stage.rawValue, median(times) * 1000, fastest * 1000,
        slowest * 1000)
    }.joined(separator: ", ")
  }
}

/// Returns the median; 0 if there are no values.
func median(_ values: [Double]) -> Double { values.isEmpty ? 0 : values.sorted()[values.count / 2] }
