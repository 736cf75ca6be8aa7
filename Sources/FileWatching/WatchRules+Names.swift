internal import GitIgnore

extension WatchRules {
  /// Whether every file in a directory is of interest that has not an ignored name, so that no path needs to be made for
  /// each. Single files with ignored names may be, all the same.
  func takesAll(in scope: Scope) -> Bool {
    if scope.isExcluded || !exclusions.isEmpty { return false }
    if scope.whole != nil || scope.restart != nil { return true }
    return scope.narrowed.map { $0.ignores == nil && extensions.isEmpty } ?? false
  }
}

extension WatchRules.Scope {
  /// The same for a directory about whose entries no ignore file says anything, nor one in it: without asking them.
  func withoutIgnoreFiles(in directory: String) -> WatchRules.Scope? {
    guard let narrowed, let ignores = narrowed.ignores, ignores.isEmpty(for: directory) else { return nil }
    var scope = self
    scope.narrowed = narrowed.replacing(ignores: nil)
    return scope
  }
}
