import Reloader
import Testing

/// Saves and builds: the newest save wins.
struct BuildDecisionTests {
  @Test("it begins with a build")
  func beginning() {
    let server = ScriptedReloader()
    #expect(server.actions == [.startBuild])
    #expect(server.reports == [.building(first: true)])
    #expect(server.timers.isEmpty)
  }

  @Test("a save starts a build")
  func save() {
    var server = ScriptedReloader.serving
    server.save()
    #expect(server.actions == [.startBuild])
    #expect(server.reports == [.building(first: false)])
  }

  @Test("a save during a build cancels it, and builds again when it has ended")
  func supersede() {
    var server = ScriptedReloader.serving
    server.save()
    server.save()
    #expect(server.actions == [.cancelBuild])
    #expect(server.reports == [.buildSuperseded])
    server.build(.cancelled)
    #expect(server.actions == [.startBuild])
    #expect(server.reports == [.building(first: false)])
    server.build(.succeeded(.b))
    #expect(server.actions == [.start(2, .b, held: true)])
  }

  @Test("a further save while a build is being cancelled changes nothing: the next build reads it")
  func saveWhileCancelling() {
    var server = ScriptedReloader.serving
    server.save()
    server.save()
    server.save()
    #expect(server.actions.isEmpty)
    #expect(server.reports.isEmpty)
  }

  @Test("the first build is still the first when a save superseded it")
  func supersedeFirst() {
    var server = ScriptedReloader()
    server.save()
    server.build(.cancelled)
    #expect(server.actions == [.startBuild])
    #expect(server.reports == [.building(first: true)])
  }

  @Test("what a superseded build has made all the same is discarded")
  func lateSuccess() {
    var server = ScriptedReloader.serving
    server.save()
    server.save()
    server.build(.succeeded(.b))
    #expect(server.actions == [.discard(.b), .startBuild])
  }

  @Test("a superseded build that made the serving program again discards nothing")
  func lateSuccessOfKept() {
    var server = ScriptedReloader.serving
    server.save()
    server.save()
    server.build(.succeeded(.a))
    #expect(server.actions == [.startBuild])
  }

  @Test("a build that somebody else cancelled is started again")
  func cancelledByOthers() {
    var server = ScriptedReloader.serving
    server.save()
    server.build(.cancelled)
    #expect(server.actions == [.startBuild])
  }

  @Test("a build that fails leaves the old generation serving")
  func failure() {
    var server = ScriptedReloader.serving
    server.save()
    server.pass(.seconds(2))
    server.build(.failed)
    #expect(server.actions.isEmpty)
    #expect(server.reports == [.buildFailed(.seconds(2), serving: [ScriptedReloader.service: 1])])
    #expect(server.timers.isEmpty)
  }

  @Test("a first build that fails waits for the next save")
  func firstFailure() {
    var server = ScriptedReloader()
    server.build(.failed)
    #expect(server.actions.isEmpty)
    #expect(server.reports == [.buildFailed(.zero, serving: [:])])
    server.save()
    #expect(server.actions == [.startBuild])
    #expect(server.reports == [.building(first: true)])
  }

  @Test("a build that made the serving program again swaps nothing")
  func unchanged() {
    var server = ScriptedReloader.serving
    server.save()
    server.pass(.seconds(1))
    server.build(.succeeded(.a))
    #expect(server.actions.isEmpty)
    #expect(server.reports == [.unchanged(.seconds(1), programs: 1)])
  }

  @Test("a build that made the program of the held generation again goes on with it")
  func unchangedCandidate() {
    var server = ScriptedReloader.serving
    server.saveAndBuild(.b)
    server.saveAndBuild(.b)
    #expect(server.actions.isEmpty)
    #expect(server.reports == [.unchanged(.zero, programs: 1)])
  }
}
