package import GitIgnore

/// The effect of a save of a file, and the reason for it.
package struct SaveEffect: Equatable, Sendable {
  /// The effect of a save.
  package enum Effect: Equatable, Sendable {
    /// A build is started.
    case build
    /// A new server is started, without a build.
    case restart
    /// The pages in the browser are reloaded.
    case reload
    /// The settings are read again.
    case settings
    /// The rules are made again.
    case rules
    /// The files that git tracks are looked up again.
    case tracking
    /// Nothing is done.
    case nothing

    /// The rank among several effects for which a file is listed. A restart wins over a build, which wins
    /// over a reload.
    var priority: Int {
      switch self {
      case .restart: 2
      case .build, .settings, .rules, .tracking, .nothing: 1
      case .reload: 0
      }
    }
  }

  /// The rule that decides.
  package enum Reason: Equatable, Sendable {
    /// The file or a directory above it is listed. The text describes the source of the entry.
    case listed(String)
    /// The file is excluded. The text describes the source of the exclusion.
    case excluded(String)
    /// A line of an ignore file of git ignores the file.
    case ignored(IgnoreFiles.Match)
    /// git tracks the file, so this line does not count. The text describes the source of the listed
    /// directory.
    case tracked(String, IgnoreFiles.Match)
    /// The file or a directory above it has this name, which is one of ``IgnoredNames``.
    case name(String)
    /// The extension of the file is none of those that are watched in its directory.
    case otherExtension
    /// The file is not listed.
    case notListed
  }

  /// The effect of the save.
  package let effect: Effect
  /// The rule that decides.
  package let reason: Reason

  init(_ effect: Effect, _ reason: Reason) {
    self.effect = effect
    self.reason = reason
  }
}

extension SaveEffect.Reason: CustomStringConvertible {
  package var description: String {
    switch self {
    case .listed(let origin), .excluded(let origin): origin
    case .ignored(let match): "\(match)"
    case .tracked(let origin, let match): "\(origin); tracked by git despite \(match)"
    case .name(let name):
      name.hasPrefix(".") ? "'\(name)' is hidden" : "'\(name)' is an editor's temporary file"
    case .otherExtension: "not in watch.extensions"
    case .notListed: "not watched"
    }
  }
}

extension IgnoreFiles.Match: CustomStringConvertible {
  package var description: String { "\(path):\(line): \(pattern)" }
}
