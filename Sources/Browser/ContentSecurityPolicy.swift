/// One policy that a response or a page carries (Content Security Policy Level 3, 2.2), extended by just what the page's
/// script needs.
struct ContentSecurityPolicy {
  /// Everything that the page's script must be allowed.
  struct Needs {
    /// The nonce that its tag can carry.
    var nonce: String
    /// A source expression for its file.
    var script: String
    /// A source expression for its event stream.
    var events: String
  }

  /// The directives, as they were sent.
  private var directives: [String]

  /// Parses a serialized policy (2.2.1).
  init(_ text: some StringProtocol) { directives = text.parts(between: ";") }

  /// Parses the values of one header field: policies that all hold (2.2.2).
  static func list(_ value: some StringProtocol) -> [ContentSecurityPolicy] {
    value.parts(between: ",").map { ContentSecurityPolicy($0) }
  }

  /// The serialized policy.
  var text: String { directives.joined(separator: ";") }

  /// The first nonce that a script can carry.
  var nonce: String? { index(of: Self.script).flatMap { SourceList(directives[$0]).nonces.first } }

  /// Whether a script that carries this nonce may run.
  func knows(nonce: String) -> Bool {
    index(of: Self.script).map { SourceList(directives[$0]).nonces.contains(nonce) } ?? false
  }

  /// Adds what is missing of `needs`. Everything else stays as forbidden as it was.
  mutating func allow(_ needs: Needs) {
    extend(Self.script) { sources in
      if sources.nonces.contains(needs.nonce) { return nil }
      if sources.allowsOrigin || sources.has(needs.script), !sources.isStrict { return nil }
      // A nonce ends 'unsafe-inline' (6.7.3.2), and with it the scripts in the page itself.
      return sources.allowsInline ? needs.script : "'nonce-\(needs.nonce)'"
    }
    extend(Self.connections) { $0.allowsOrigin || $0.has(needs.events) ? nil : needs.events }
  }

  /// Whether the script can run, and listen, as the policy is.
  func allows(_ needs: Needs) -> Bool {
    var extended = self
    extended.allow(needs)
    return extended.text == text
  }

  /// The part of `sandbox` that keeps scripts from working and that no source expression mends (HTML, 7.1.5).
  var missingSandboxToken: String? {
    guard let index = index(of: ["sandbox"]) else { return nil }
    let tokens = SourceList(directives[index])
    return ["allow-scripts", "allow-same-origin"].first { !tokens.contains($0) }
  }

  /// A directive for something, and those that stand in for it, in this order (6.8.3).
  private static let script = ["script-src-elem", "script-src", "default-src"]
  private static let connections = ["connect-src", "default-src"]

  /// The directive that decides; `nil` if everything is allowed. Of several of one name the first counts.
  private func index(of names: [String]) -> Int? {
    names.lazy.compactMap { name in directives.firstIndex { SourceList($0).name == name } }.first
  }

  /// Adds the expression that is missing, in a directive of its own if `default-src` decides.
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
  /// Splits at a character of ASCII, whatever combines with it.
  fileprivate func parts(between separator: Unicode.Scalar) -> [String] {
    utf8.split(separator: UInt8(ascii: separator), omittingEmptySubsequences: false).map {
      String(decoding: $0, as: UTF8.self)
    }
  }
}
