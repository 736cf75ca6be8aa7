import Reloader
import Testing

@testable import Session

@Suite("One build for several services")
struct BuildReportsTests {
  @Test("is told once while it runs, of the first service")
  func running() {
    var reports = BuildReports()
    for report in [
      .building(first: true), .building(first: false), .buildingClean, .stillBuilding(.seconds(9)),
      .buildSuperseded,
    ]
      as [Report]
    {
      let isTaken = [
        reports.take(report, isFirst: true, "api"), reports.take(report, isFirst: false, "worker"),
      ]
      #expect(isTaken == [false, true])
    }
    #expect(!reports.isNew && reports.unchanged == nil && reports.failed == nil)
  }

  @Test("is told of the first that has a new program, and then not as unchanged")
  func built() {
    var reports = BuildReports()
    let first = reports.take(.unchanged(.seconds(2)), isFirst: true, "api")
    #expect(first && !reports.isNew)
    let second = reports.take(.built(.seconds(2)), isFirst: false, "worker")
    #expect(!second && reports.isNew)
    let third = reports.take(.built(.seconds(2)), isFirst: false, "other")
    #expect(third)
    #expect(reports.unchanged == .seconds(2))
  }

  @Test("that fails is told once for all, with what goes on serving")
  func failed() {
    var reports = BuildReports()
    let isTaken = [("api", 3), ("worker", nil), ("other", 1)].map { service, generation in
      reports.take(.buildFailed(.seconds(1), serving: generation), isFirst: service == "api", service)
    }
    #expect(isTaken == [true, true, true])
    #expect(reports.failed == .seconds(1))
    #expect(reports.serving.map(\.service) == ["api", "other"])
    #expect(reports.serving.map(\.generation) == [3, 1])
  }

  @Test("keeps nothing back of what the services do themselves")
  func others() {
    var reports = BuildReports()
    for report in [
      .serving(1, "127.0.0.1:80"), .started(1), .unchangedGeneration(2), .finished(1), .superseded(3),
    ]
      as [Report]
    {
      let isTaken = [
        reports.take(report, isFirst: true, "api"), reports.take(report, isFirst: false, "worker"),
      ]
      #expect(isTaken == [false, false])
    }
  }
}
