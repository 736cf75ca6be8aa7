package import FileWatching

/// Changed files, each with the effect of its save.
package struct ChangeSet: Equatable, Sendable {
  /// A changed file.
  package struct Change: Equatable, Sendable {
    /// The absolute path of the file.
    package let path: String
    /// The effect of the save.
    package let effect: SaveEffect.Effect

    fileprivate init(_ path: String, by rules: WatchRules) {
      self.path = path
      effect = rules.saveEffect(on: path).effect
    }
  }

  /// The changed files.
  package private(set) var changes: [Change]

  /// Looks up the effects of saves in the rules.
  package init(_ paths: [String], by rules: WatchRules) {
    changes = paths.map { Change($0, by: rules) }
  }

  /// Whether no file has changed.
  package var isEmpty: Bool { changes.isEmpty }

  /// The paths of the files.
  var paths: [String] { changes.map(\.path) }

  /// Whether a save of each of the files starts a build, and has no other effect.
  package var isForBuildOnly: Bool { changes.allSatisfy { $0.effect == .build } }

  /// The files that the build reads.
  package var build: [String] { paths(for: .build) }

  /// The files that servers read when they start.
  package var restart: [String] { paths(for: .restart) }

  /// The files that a browser reads.
  package var reload: [String] { paths(for: .reload) }

  /// Whether the settings have changed.
  package var haveSettings: Bool { changes.contains { $0.effect == .settings } }

  /// Whether files have changed from which the rules are made.
  package var haveRules: Bool { changes.contains { $0.effect == .rules } }

  /// Splits the files by a condition.
  func split(where isWanted: (SaveEffect.Effect) -> Bool) -> (wanted: ChangeSet, rest: ChangeSet) {
    var (wanted, rest) = (self, self)
    wanted.changes.removeAll { !isWanted($0.effect) }
    rest.changes.removeAll { isWanted($0.effect) }
    return (wanted, rest)
  }

  /// Returns the changes of `paths`. Looks up the effects of those that are not in this set in the rules.
  func changes(of paths: [String], by rules: WatchRules) -> ChangeSet {
    let known = Dictionary(changes.map { ($0.path, $0) }) { first, _ in first }
    var result = self
    result.changes = paths.map { known[$0] ?? Change($0, by: rules) }
    return result
  }

  private func paths(for effect: SaveEffect.Effect) -> [String] {
    changes.filter { $0.effect == effect }.map(\.path)
  }
}
