import Control
import Reporting
import Testing

@Suite("Metrics")
struct MetricsTests {
  private func record(_ event: String, _ change: (inout EventRecord) -> Void = { _ in }) -> EventRecord {
    var record = EventRecord(event)
    change(&record)
    return record
  }

  private func text(after records: [EventRecord], services: [SessionStatus.Service] = []) -> [String] {
    var metrics = Metrics()
    for record in records { metrics.record(record) }
    let status = SessionStatus(
      version: "0", project: "/p", pid: 1, since: 2.5, pages: nil, url: nil, isPaused: true, pending: [],
      isSettled: true, build: nil, services: services)
    return metrics.text(status).split(separator: "\n").map(String.init)
  }

  @Test("count builds by way and result")
  func builds() {
    let lines = text(after: [
      record("built") { ($0.fast, $0.seconds) = (true, 0.2) },
      record("built") { ($0.fast, $0.seconds) = (true, 0.3) },
      record("build-failed") { ($0.fast, $0.seconds) = (false, 90) }, record("build-superseded"),
    ])
    #expect(lines.contains(#"hotreload_builds_total{way="fast",result="new"} 2"#))
    #expect(lines.contains(#"hotreload_builds_total{way="full",result="failed"} 1"#))
    #expect(lines.contains("hotreload_builds_superseded_total 1"))
    #expect(lines.contains(#"hotreload_build_duration_seconds_bucket{way="fast",le="0.1"} 0"#))
    #expect(lines.contains(#"hotreload_build_duration_seconds_bucket{way="fast",le="0.25"} 1"#))
    #expect(lines.contains(#"hotreload_build_duration_seconds_bucket{way="fast",le="+Inf"} 2"#))
    #expect(lines.contains(#"hotreload_build_duration_seconds_sum{way="fast"} 0.5"#))
    #expect(lines.contains(#"hotreload_build_duration_seconds_count{way="full"} 1"#))
  }

  @Test("count swaps, rollbacks, restarts and drained requests of each service")
  func services() {
    let lines = text(
      after: ["swapped", "swapped", "rolled-back", "restarting", "not-ready"].map { event in
        record(event) { ($0.service, $0.seconds, $0.ready, $0.pause) = ("a\"b", 0.02, 0.01, 0.001) }
      } + [record("drained") { ($0.service, $0.count) = ("a\"b", 7) }])
    #expect(lines.contains(#"hotreload_swaps_total{service="a\"b"} 2"#))
    #expect(lines.contains(#"hotreload_rollbacks_total{service="a\"b"} 1"#))
    #expect(lines.contains(#"hotreload_restarts_total{service="a\"b"} 1"#))
    #expect(lines.contains(#"hotreload_rejections_total{service="a\"b"} 1"#))
    #expect(lines.contains(#"hotreload_drained_requests_total{service="a\"b"} 7"#))
    #expect(lines.contains(#"hotreload_pause_duration_seconds_bucket{service="a\"b",le="0.001"} 2"#))
  }

  @Test("tell the state, and count from zero")
  func state() {
    let service = SessionStatus.Service(
      name: nil, product: "App", state: "serving", generation: 1, successor: nil, addresses: [], pid: nil,
      since: nil, failure: "no")
    let lines = text(after: [], services: [service])
    #expect(lines.contains(#"hotreload_info{version="0"} 1"#))
    #expect(lines.contains("hotreload_start_time_seconds 2.5"))
    #expect(lines.contains("hotreload_paused 1"))
    #expect(lines.contains("hotreload_service_up 1"))
    #expect(lines.contains("hotreload_service_outdated 1"))
    #expect(lines.contains("hotreload_saves_total 0"))
  }
}
