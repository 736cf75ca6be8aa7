import Foundation

/// How long saves took from the save to the first answer of the new code, in seconds.
struct SaveTimes {
  var all: [Double] = []
  /// What the tool said of its builds.
  var builds: [Double] = []
  /// What hotreload's events say of its stages.
  var stages: [Stage: [Double]] = [:]

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

  init() {}

  /// Of one save.
  init(seconds: Double) { all = [seconds] }

  /// Adds others.
  mutating func append(_ others: SaveTimes) {
    all += others.all
    builds += others.builds
    stages.merge(others.stages, uniquingKeysWith: +)
  }

  /// How many saves, and their median, the fastest and the slowest: four columns of a table.
  var columns: String {
    let times = [median(all), all.min() ?? 0, all.max() ?? 0].map { "\(Int($0 * 1000)) ms" }
    return "\(all.count) | \(times.joined(separator: " | "))"
  }

  /// What part of the other times these are, by the medians; empty where there are none.
  func ratio(to others: SaveTimes) -> String {
    others.all.isEmpty || all.isEmpty ? "" : String(format: "%.2f", median(all) / median(others.all))
  }

  /// The stages, if there are any: medians, and the fastest and the slowest.
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

/// The middle one; 0 of none.
func median(_ values: [Double]) -> Double { values.isEmpty ? 0 : values.sorted()[values.count / 2] }
