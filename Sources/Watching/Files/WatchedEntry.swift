package import GitIgnore

/// A listed file or directory.
package struct WatchedEntry: Sendable {
  /// The absolute path, which need not exist.
  package let path: String
  /// The effect of a save of the file, or of a file in the directory.
  package let effect: SaveEffect.Effect
  /// The source of the entry, for `hotreload explain`.
  package let origin: String
  /// Whether ``WatchRules/extensions`` and `ignores` narrow the directory.
  package let isNarrowed: Bool
  /// The patterns of git's ignore files for the directory. `nil` if they do not apply.
  package let ignores: IgnoreFiles?

  /// Creates an entry from its parts.
  package init(
    _ path: String, _ effect: SaveEffect.Effect = .build, origin: String = "", isNarrowed: Bool = false,
    ignores: IgnoreFiles? = nil
  ) {
    self.path = path.withoutEmptyNames
    self.effect = effect
    self.origin = origin
    self.isNarrowed = isNarrowed
    self.ignores = ignores
  }

  /// Whether a save has an effect by itself, and does not only change the settings, rules or tracked files.
  package var isForSaves: Bool { [.build, .restart, .reload].contains(effect) }

  /// Returns the entry with other patterns.
  func replacing(ignores: IgnoreFiles?) -> WatchedEntry {
    WatchedEntry(path, effect, origin: origin, isNarrowed: isNarrowed, ignores: ignores)
  }
}

/// Paths of which a save has no effect.
package struct Exclusion: Sendable {
  /// The pattern for the paths.
  let pattern: any PathPattern
  /// The source of the exclusion, for `hotreload explain`.
  let origin: String

  /// Creates an exclusion from its parts.
  package init(_ pattern: any PathPattern, origin: String) {
    self.pattern = pattern
    self.origin = origin
  }
}

/// A pattern for paths. Paths are relative to ``WatchRules/root``. A path outside of the root is passed as
/// `../x` and as an absolute path.
package protocol PathPattern: Sendable {
  /// Returns whether a file matches.
  func matches(_ path: String) -> Bool
  /// Returns whether a directory matches with everything that is, or will be, in it.
  func matchesAll(in directory: String) -> Bool
  /// Whether the pattern matches names at any depth, and not only from the root on.
  var isForAnyDepth: Bool { get }
}

extension PathPattern {
  package var isForAnyDepth: Bool { true }
}
