internal import GitIgnore

extension WatchRules {
  /// Returns whether every file of a directory is of interest unless its name is ignored, so that no path
  /// must be made for each. Files that are listed by themselves may be of interest in addition.
  func takesAll(in scope: Scope) -> Bool {
    if scope.isExcluded || !exclusions.isEmpty { return false }
    if scope.unfiltered != nil || scope.restart != nil { return true }
    return scope.narrowed.map { $0.ignores == nil && extensions.isEmpty } ?? false
  }
}

extension WatchRules.Scope {
  /// Returns the scope without ignore files if none of them has a pattern for the entries of this directory.
  /// `nil` otherwise.
  func withoutIgnoreFiles(in directory: String) -> WatchRules.Scope? {
    guard let narrowed, let ignores = narrowed.ignores, ignores.isEmpty(for: directory) else { return nil }
    var scope = self
    scope.narrowed = narrowed.replacing(ignores: nil)
    return scope
  }
}
