import Testing

@testable import Reloader

struct BuildsTests {
  @Test("a build from scratch for a service that was removed leaves the next build as it is")
  func cleanForRemoved() {
    let (removed, other) = (ServiceID(1), ServiceID(2))
    var builds = Builds()
    builds.want([removed], isClean: true)
    #expect(builds.start(for: [other], at: .now) == nil)
    builds.want([other])
    #expect(builds.start(for: [other], at: .now)?.isClean == false)
  }
}
