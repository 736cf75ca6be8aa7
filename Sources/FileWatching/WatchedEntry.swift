package import GitIgnore

/// A file or directory that somebody wants watched.
package struct WatchedEntry: Sendable {
  /// Absolute; nothing needs to exist yet.
  package let path: String
  /// What a save of it, or in it, does.
  package let effect: Verdict.Effect
  /// Who wants it, for `hotreload explain`.
  package let origin: String
  /// A directory of which not everything is meant: `WatchRules.extensions` and `ignores` narrow it.
  package let isNarrowed: Bool
  /// What git ignores in it is left out.
  package let ignores: IgnoreFiles?

  /// All parts.
  package init(
    _ path: String, _ effect: Verdict.Effect = .build, origin: String = "", isNarrowed: Bool = false,
    ignores: IgnoreFiles? = nil
  ) {
    self.path = path.withoutEmptyNames
    self.effect = effect
    self.origin = origin
    self.isNarrowed = isNarrowed
    self.ignores = ignores
  }

  /// Whether a save of it does something itself, and not only decides what others do.
  package var isForSaves: Bool { [.build, .restart, .reload].contains(effect) }

  /// The same with other patterns of git's.
  func replacing(ignores: IgnoreFiles?) -> WatchedEntry {
    WatchedEntry(path, effect, origin: origin, isNarrowed: isNarrowed, ignores: ignores)
  }
}

/// Paths of which a save does nothing.
package struct Exclusion: Sendable {
  let pattern: any PathPattern
  /// Who has made it, for `hotreload explain`.
  let origin: String

  /// Both parts.
  package init(_ pattern: any PathPattern, origin: String) {
    self.pattern = pattern
    self.origin = origin
  }
}

/// Describes paths, which it gets relative to ``WatchRules/root``: of what lies outside it, as `../x`, and absolute.
package protocol PathPattern: Sendable {
  /// Whether it describes a file.
  func matches(_ path: String) -> Bool
  /// Whether it describes a directory with everything that is, and will be, in it.
  func matchesAll(in directory: String) -> Bool
  /// Whether it describes names wherever they are, and not only from the root on.
  var isForAnyDepth: Bool { get }
}

extension PathPattern {
  package var isForAnyDepth: Bool { true }
}
