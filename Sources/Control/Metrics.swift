package import Reporting

/// The counters of a session, from its events. Pure.
package struct Metrics: Equatable, Sendable {
  /// The labels of a series, in their order.
  struct Labels: Hashable, Comparable, Sendable {
    let pairs: [String]

    /// Creates labels from names and values. A value of `nil` leaves the label out.
    init(_ pairs: (String, String?)...) {
      self.pairs = pairs.compactMap { name, value in value.map { "\(name)=\"\(escaped($0))\"" } }
    }

    static func < (a: Labels, b: Labels) -> Bool { a.pairs.lexicographicallyPrecedes(b.pairs) }
  }

  private(set) var counters: [Counter: [Labels: Double]] = [:]
  private(set) var histograms: [Timing: [Labels: Histogram]] = [:]

  /// Creates counters that have counted nothing.
  package init() {
    for counter in [Counter.saves, .superseded] { counters[counter] = [Labels(): 0] }
  }

  /// Counts an event.
  package mutating func record(_ event: EventRecord) {
    let service = Labels(("service", event.service))
    switch event.event {
    case "changed": count(.saves)
    case "built", "same-program", "build-failed": countBuild(event)
    case "build-superseded": count(.superseded)
    case "swapped":
      count(.swaps, service)
      time(.start, event.ready, service)
      time(.pause, event.pause, service)
      time(.swap, event.seconds, service)
    case "died-before-ready", "not-ready": count(.rejections, service)
    case "rolled-back": count(.rollbacks, service)
    case "restarting": count(.restarts, service)
    case "drained": count(.drained, service, Double(event.count ?? 0))
    default: break
    }
  }

  private mutating func countBuild(_ event: EventRecord) {
    let way = event.fast == true ? "fast" : "full"
    let result = ["built": "new", "same-program": "same"][event.event] ?? "failed"
    count(.builds, Labels(("way", way), ("result", result)))
    time(.build, event.seconds, Labels(("way", way)))
  }

  private mutating func count(_ counter: Counter, _ labels: Labels = Labels(), _ number: Double = 1) {
    counters[counter, default: [:]][labels, default: 0] += number
  }

  private mutating func time(_ timing: Timing, _ seconds: Double?, _ labels: Labels) {
    guard let seconds else { return }
    histograms[timing, default: [:]][labels, default: Histogram()].add(seconds)
  }

  /// A number that only grows.
  enum Counter: String, CaseIterable, Sendable {
    case saves = "hotreload_saves_total"
    case builds = "hotreload_builds_total"
    case superseded = "hotreload_builds_superseded_total"
    case swaps = "hotreload_swaps_total"
    case rejections = "hotreload_rejections_total"
    case rollbacks = "hotreload_rollbacks_total"
    case restarts = "hotreload_restarts_total"
    case drained = "hotreload_drained_requests_total"

    var help: String {
      switch self {
      case .saves: "Batches of saved files."
      case .builds: "Builds that were not superseded, by way (fast or full) and result (new, same or failed)."
      case .superseded: "Builds that a newer save has superseded."
      case .swaps: "New code that went live beside old code."
      case .rejections: "New code that died or timed out before it was ready."
      case .rollbacks: "Returns to the old code, because new code died within its probation."
      case .restarts: "Restarts of a server that ended."
      case .drained: "Requests that old code had in flight at a swap."
      }
    }
  }

  /// A duration whose distribution is counted.
  enum Timing: String, CaseIterable, Sendable {
    case build = "hotreload_build_duration_seconds"
    case start = "hotreload_start_duration_seconds"
    case pause = "hotreload_pause_duration_seconds"
    case swap = "hotreload_swap_duration_seconds"

    var help: String {
      switch self {
      case .build: "The time of a build."
      case .start: "The time from the start of new code until it was ready."
      case .pause: "The time for which connections waited in the kernel's queue at a swap."
      case .swap: "The time from the start of new code until it was live."
      }
    }
  }
}

/// Returns a value of a label in the text format of Prometheus.
func escaped(_ value: String) -> String {
  value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
}
