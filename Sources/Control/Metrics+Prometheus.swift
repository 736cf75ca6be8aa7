// The text format of Prometheus, version 0.0.4.
extension Metrics {
  /// The media type of the text.
  package static let mediaType = "text/plain; version=0.0.4; charset=utf-8"

  /// Returns all series, with those of the current state.
  package func text(_ status: SessionStatus) -> String {
    var lines: [String] = []
    gauge(
      "hotreload_info", "The version of hotreload.", [(Labels(("version", status.version)), 1)], &lines)
    gauge(
      "hotreload_start_time_seconds", "The time of the start of hotreload.", [(Labels(), status.since)],
      &lines)
    gauge(
      "hotreload_paused", "Whether saves are gathered and not built.", [(Labels(), status.isPaused ? 1 : 0)],
      &lines)
    gauge(
      "hotreload_build_failed", "Whether the last build failed.",
      [(Labels(), status.build?.state == .failed ? 1 : 0)], &lines)
    gauge(
      "hotreload_service_up", "Whether a generation of the service runs.",
      status.services.map { (Labels(("service", $0.name)), $0.generation == nil ? 0 : 1) }, &lines)
    gauge(
      "hotreload_service_outdated",
      "Whether the newest code of the service does not run, because it has failed.",
      status.services.map { (Labels(("service", $0.name)), $0.failure == nil ? 0 : 1) }, &lines)
    for counter in Counter.allCases {
      guard let series = counters[counter] else { continue }
      head(counter.rawValue, counter.help, "counter", &lines)
      lines += series.sorted { $0.key < $1.key }.map { Self.line(counter.rawValue, $0.key.pairs, $0.value) }
    }
    for timing in Timing.allCases {
      guard let series = histograms[timing] else { continue }
      head(timing.rawValue, timing.help, "histogram", &lines)
      for (labels, histogram) in series.sorted(by: { $0.key < $1.key }) {
        for bucket in histogram.cumulative {
          lines.append(
            Self.line(
              "\(timing.rawValue)_bucket", labels.pairs + ["le=\"\(bucket.bound)\""], Double(bucket.count)))
        }
        lines.append(Self.line("\(timing.rawValue)_sum", labels.pairs, histogram.sum))
        lines.append(Self.line("\(timing.rawValue)_count", labels.pairs, Double(histogram.count)))
      }
    }
    return lines.map { $0 + "\n" }.joined()
  }

  private func gauge(
    _ name: String, _ help: String, _ series: [(Labels, Double)], _ lines: inout [String]
  ) {
    head(name, help, "gauge", &lines)
    lines += series.map { Self.line(name, $0.0.pairs, $0.1) }
  }

  private func head(_ name: String, _ help: String, _ type: String, _ lines: inout [String]) {
    lines += ["# HELP \(name) \(help)", "# TYPE \(name) \(type)"]
  }

  private static func line(_ name: String, _ labels: [String], _ value: Double) -> String {
    let number = value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
    return name + (labels.isEmpty ? "" : "{\(labels.joined(separator: ","))}") + " " + number
  }
}
