import FileWatching
import Testing

@testable import Watching

@Suite("A set of changes")
struct ChangeSetTests {
  private let rules = WatchRules(
    files: [
      WatchedEntry("/p/settings", .settings), WatchedEntry("/p/ignore", .rules),
      WatchedEntry("/p/env", .restart),
    ],
    directories: [WatchedEntry("/p/sources"), WatchedEntry("/p/web", .reload)])

  @Test("has each path with the effect of its save, in the order of the paths")
  func effects() {
    let changes = ChangeSet(
      ["/p/web/b", "/p/sources/a", "/p/web/a", "/p/env", "/p/other", "/p/sources/b"], by: rules)
    #expect(changes.changes.map(\.effect) == [.reload, .build, .reload, .restart, .nothing, .build])
    #expect(changes.build == ["/p/sources/a", "/p/sources/b"])
    #expect(changes.restart == ["/p/env"])
    #expect(changes.reload == ["/p/web/b", "/p/web/a"])
    #expect(!changes.haveSettings && !changes.haveRules)
    #expect(!changes.isForBuildOnly)
    #expect(ChangeSet(["/p/sources/a"], by: rules).isForBuildOnly)
    #expect(ChangeSet(["/p/settings"], by: rules).haveSettings)
    #expect(ChangeSet(["/p/ignore"], by: rules).haveRules)
  }

  @Test("looks up the effects only of paths that it does not have")
  func known() {
    let changes = ChangeSet(["/p/sources/a", "/p/sources/b"], by: rules)
    let others = WatchRules(files: [], directories: [WatchedEntry("/p/sources", .reload)])
    let joined = changes.changes(of: ["/p/sources/0", "/p/sources/b"], by: others)
    #expect(joined.paths == ["/p/sources/0", "/p/sources/b"])
    #expect(joined.changes.map(\.effect) == [.reload, .build])
  }

  @Test("is split by the effects")
  func split() {
    let changes = ChangeSet(["/p/env", "/p/sources/a", "/p/web/a"], by: rules)
    let (wanted, rest) = changes.split { $0 == .build }
    #expect(wanted.paths == ["/p/sources/a"])
    #expect(rest.paths == ["/p/env", "/p/web/a"])
  }
}
