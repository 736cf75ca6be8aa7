package import GitIgnore

/// What a save of a file does, and why.
package struct Verdict: Equatable, Sendable {
  package enum Effect: Equatable, Sendable {
    /// A build.
    case build
    /// A new server, without a build.
    case restart
    /// The browser's pages are loaded again.
    case reload
    /// The settings are read again.
    case settings
    /// The rules are made again.
    case rules
    /// It is looked up which files git tracks.
    case tracking
    case nothing

    /// Of several effects for which a file is listed the greatest wins: what is listed for a restart is restarted for,
    /// and what a build reads is built, whoever else lists it.
    var priority: Int {
      switch self {
      case .restart: 2
      case .build, .settings, .rules, .tracking, .nothing: 1
      case .reload: 0
      }
    }
  }

  /// What decides.
  package enum Reason: Equatable, Sendable {
    /// The file, or a directory that it is in, is on the list; in the words of who listed it.
    case listed(String)
    /// An exclusion, in the words of who made it.
    case excluded(String)
    /// A line of a `.gitignore`.
    case ignored(IgnoreFiles.Match)
    /// git tracks it, so that this line does not count; the directory is on the list, in the words of who listed it.
    case tracked(String, IgnoreFiles.Match)
    /// This name on the way to the file is one of ``IgnoredNames``.
    case name(String)
    /// Its extension is none of those that are wanted where it is.
    case otherExtension
    /// Nobody has listed it.
    case notListed
  }

  package let effect: Effect
  package let reason: Reason

  init(_ effect: Effect, _ reason: Reason) {
    self.effect = effect
    self.reason = reason
  }
}

extension Verdict.Reason: CustomStringConvertible {
  package var description: String {
    switch self {
    case .listed(let origin), .excluded(let origin): origin
    case .ignored(let match): "\(match)"
    case .tracked(let origin, let match): "\(origin); tracked by git in spite of \(match)"
    case .name(let name):
      name.hasPrefix(".") ? "'\(name)' is hidden" : "'\(name)' is an editor's temporary file"
    case .otherExtension: "none of watch.extensions"
    case .notListed: "nothing reads it"
    }
  }
}

extension IgnoreFiles.Match: CustomStringConvertible {
  package var description: String { "\(path):\(line): \(pattern)" }
}
