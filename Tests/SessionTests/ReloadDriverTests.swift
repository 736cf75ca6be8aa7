import Posix
import Project
import Reloader
import Session
import Settings
import Testing

@Suite("The driver of the reloader")
struct ReloadDriverTests {
  @Test("handles an event that its first action causes at once, such as a build that cannot be started")
  func eventWhileStarting() throws {
    final class Owner {
      var driver: ReloadDriver?
      var reports: [Report] = []
    }
    let (id, owner) = (ServiceID(1), Owner())
    let driver = ReloadDriver([id: Timing(Settings())], loop: try EventLoop()) { [unowned owner] action in
      switch action {
      case .startBuild: owner.driver?.handle(.built([id: .failed]))
      case .report(_, let report): owner.reports.append(report)
      default: break
      }
    }
    owner.driver = driver
    driver.start()
    #expect(owner.reports.count == 2 && owner.reports[0] == .building(first: true))
    guard case .buildFailed(_, serving: [:]) = owner.reports.last else {
      Issue.record("\(owner.reports)")
      return
    }
  }
}
