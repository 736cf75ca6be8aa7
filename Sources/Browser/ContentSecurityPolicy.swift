/// One policy of a response or a page (Content Security Policy Level 3, 2.2). It can be extended by exactly
/// the needs of the page's script.
struct ContentSecurityPolicy {
  /// The permissions that the page's script must have.
  struct Needs {
    /// The nonce of its tag.
    var nonce: String
    /// The source expression for its file.
    var script: String
    /// The source expression for its event stream.
    var events: String
  }

  /// The directives as they were sent.
  private var directives: [String]

  /// Parses a serialized policy (2.2.1).
  init(_ text: some StringProtocol) { directives = text.parts(between: ";") }

  /// Parses the value of a header field, which is a list of policies (2.2.2).
  static func list(_ value: some StringProtocol) -> [ContentSecurityPolicy] {
    value.parts(between: ",").map { ContentSecurityPolicy($0) }
  }

  /// The serialized policy (2.2.1).
  var text: String { directives.joined(separator: ";") }

  /// The first nonce with which a script may run. `nil` if there is none.
  var nonce: String? { index(of: Self.script).flatMap { SourceList(directives[$0]).nonces.first } }

  /// Returns whether a script with this nonce may run.
  func knows(nonce: String) -> Bool {
    index(of: Self.script).map { SourceList(directives[$0]).nonces.contains(nonce) } ?? false
  }

  /// Adds the permissions that are missing for `needs`, and no others.
  mutating func allow(_ needs: Needs) {
    extend(Self.script) { sources in
      if sources.nonces.contains(needs.nonce) { return nil }
      if sources.allowsOrigin || sources.has(needs.script), !sources.isStrict { return nil }
      // A nonce would disable 'unsafe-inline' (6.7.3.2), and with it the page's own inline scripts.
      return sources.allowsInline ? needs.script : "'nonce-\(needs.nonce)'"
    }
    extend(Self.connections) { $0.allowsOrigin || $0.has(needs.events) ? nil : needs.events }
  }

  /// Returns whether the policy allows `needs` without changes.
  func allows(_ needs: Needs) -> Bool {
    var extended = self
    extended.allow(needs)
    return extended.text == text
  }

  /// The token that a `sandbox` directive must have for the script to work and does not have (HTML, 7.1.5).
  /// `nil` if none is missing. No source expression replaces it.
  var missingSandboxToken: String? {
    guard let index = index(of: ["sandbox"]) else { return nil }
    let tokens = SourceList(directives[index])
    return ["allow-scripts", "allow-same-origin"].first { !tokens.contains($0) }
  }

  /// The directives for scripts, each followed by the one that it falls back to (6.8.3).
  private static let script = ["script-src-elem", "script-src", "default-src"]
  /// The directives for event streams, each followed by the one that it falls back to (6.8.3).
  private static let connections = ["connect-src", "default-src"]

  /// Returns the index of the directive that decides. `nil` if everything is allowed. The first one of a name
  /// counts.
  private func index(of names: [String]) -> Int? {
    names.lazy.compactMap { name in directives.firstIndex { SourceList($0).name == name } }.first
  }

  /// Adds the missing expression to the directive that decides. If that is `default-src`, a directive of its
  /// own is added.
  private mutating func extend(_ names: [String], by missing: (SourceList) -> String?) {
    guard let index = index(of: names) else { return }
    let sources = SourceList(directives[index])
    guard let expression = missing(sources) else { return }
    let isDefault = sources.name == names.last
    let name = isDefault ? names[0] : sources.name
    let directive = ([name] + sources.matching + [expression]).joined(separator: " ")
    if !isDefault {
      directives[index] = (index == 0 ? "" : " ") + directive
    } else if let last = directives.last, SourceList(last).name.isEmpty {
      directives[directives.count - 1] = " " + directive
    } else {
      directives.append(" " + directive)
    }
  }
}

extension StringProtocol {
  /// Splits at an ASCII character, even if combining characters follow it.
  fileprivate func parts(between separator: Unicode.Scalar) -> [String] {
    utf8.split(separator: UInt8(ascii: separator), omittingEmptySubsequences: false).map {
      String(decoding: $0, as: UTF8.self)
    }
  }
}
