import Reloader
import Testing

@testable import Reporting

@Suite("A notification")
struct UserNotificationTests {
  private let text = "warning: old\nSources/App/a.swift:2:21: error: no\n2 | let\n\nbuild failed after 1 s"

  @Test("has the first error of a failure, and says when it is over")
  func buildFailure() {
    var failures = NotifiedFailures()
    #expect(
      failures.next(failure: text, of: nil, project: "app")
        == Notification(summary: "app: the build failed", body: "Sources/App/a.swift:2:21: error: no"))
    #expect(
      failures.next(failure: nil, of: nil, project: "app")
        == Notification(summary: "app: the build works again", body: ""))
    #expect(failures.next(failure: nil, of: nil, project: "app") == nil)
  }

  @Test("comes with every failure")
  func again() {
    var failures = NotifiedFailures()
    let first = failures.next(failure: text, of: nil, project: "app")
    #expect(first != nil)
    #expect(failures.next(failure: text, of: nil, project: "app") == first)
  }

  @Test("is not sent about a success without a failure before it")
  func success() {
    var failures = NotifiedFailures()
    #expect(failures.next(failure: nil, of: nil, project: "app") == nil)
    #expect(failures.next(failure: nil, of: ServiceID(1), project: "app") == nil)
  }

  @Test("says that all is well only when the last service works again")
  func services() {
    var failures = NotifiedFailures()
    let ending = "generation 2 exited with code 3 before it was ready; generation 1 stays live"
    #expect(
      failures.next(failure: ending, of: ServiceID(1), project: "app")
        == Notification(summary: "app: new code failed", body: ending))
    #expect(failures.next(failure: ending, of: ServiceID(2), project: "app") != nil)
    #expect(failures.next(failure: nil, of: ServiceID(1), project: "app") == nil)
    #expect(
      failures.next(failure: nil, of: ServiceID(2), project: "app")
        == Notification(summary: "app: new code works again", body: ""))
  }
}
