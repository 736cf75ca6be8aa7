import Testing

@testable import Browser

/// The rules of Content Security Policy Level 3: each policy, and what the browser gets in its place.
@Suite("a content security policy")
struct ContentSecurityPolicyTests {
  static let needs = ContentSecurityPolicy.Needs(nonce: "N", script: "H/page.js", events: "H/events")

  @Test(
    "allows the page's script and its event stream, and nothing else that it did not",
    arguments: [
      // `default-src` applies to both. A directive that is added for one of them contains its sources.
      (
        "default-src 'none'",
        "default-src 'none'; script-src-elem 'nonce-N'; connect-src H/events"
      ),
      (
        "default-src https://a.example; img-src *",
        """
        default-src https://a.example; img-src *; script-src-elem https://a.example 'nonce-N'; \
        connect-src https://a.example H/events
        """
      ),
      ("default-src 'none';", "default-src 'none'; script-src-elem 'nonce-N'; connect-src H/events"),
      ("default-src 'self'", "default-src 'self'"),
      ("default-src *", "default-src *"),
      ("default-src http:", "default-src http:"),
      (
        "default-src https:",
        "default-src https:; script-src-elem https: 'nonce-N'; connect-src https: H/events"
      ),
      ("default-src", "default-src; script-src-elem 'nonce-N'; connect-src H/events"),
      // The most special directive decides alone.
      (
        "script-src 'none'; connect-src 'none'; default-src 'self'",
        "script-src 'nonce-N'; connect-src H/events; default-src 'self'"
      ),
      (
        "script-src 'self'; script-src-elem https://a.example",
        "script-src 'self'; script-src-elem https://a.example 'nonce-N'"
      ),
      (
        "script-src-attr 'none'; style-src 'none'; worker-src 'none'",
        "script-src-attr 'none'; style-src 'none'; worker-src 'none'"
      ),
      ("img-src 'none'", "img-src 'none'"), ("", ""),
      // Nonces and hashes end 'unsafe-inline', so that a nonce comes only where there is one already.
      ("script-src 'unsafe-inline'", "script-src 'unsafe-inline' H/page.js"),
      (
        "default-src 'UNSAFE-INLINE' https:; connect-src *",
        "default-src 'UNSAFE-INLINE' https:; connect-src *; script-src-elem 'UNSAFE-INLINE' https: H/page.js"
      ),
      ("script-src 'unsafe-inline' 'nonce-a'", "script-src 'unsafe-inline' 'nonce-a' 'nonce-N'"),
      ("script-src 'unsafe-inline' 'sha256-a='", "script-src 'unsafe-inline' 'sha256-a=' 'nonce-N'"),
      ("script-src 'sha256-a='", "script-src 'sha256-a=' 'nonce-N'"),
      ("script-src 'nonce-N'", "script-src 'nonce-N'"),
      ("script-src 'Nonce-N'", "script-src 'Nonce-N'"),
      ("script-src 'nonce-n'", "script-src 'nonce-n' 'nonce-N'"),
      // 'strict-dynamic' takes hosts and 'self' away for what the parser inserts.
      (
        "script-src 'self' 'strict-dynamic' 'nonce-a'; connect-src 'self'",
        "script-src 'self' 'strict-dynamic' 'nonce-a' 'nonce-N'; connect-src 'self'"
      ),
      (
        "script-src 'strict-dynamic' 'unsafe-inline'",
        "script-src 'strict-dynamic' 'unsafe-inline' 'nonce-N'"
      ),
      // 'none' counts only alone.
      ("script-src 'NONE'", "script-src 'nonce-N'"),
      ("script-src 'none' 'self'", "script-src 'none' 'self'"),
      ("connect-src 'none' https://a.example", "connect-src https://a.example H/events"),
      // Names in any case, any whitespace, the first of several.
      ("  Script-SRC\t'none' ;x", "script-src 'nonce-N';x"),
      ("script-src 'self'; script-src 'none'", "script-src 'self'; script-src 'none'"),
      // Directives that concern neither are not changed.
      (
        "require-trusted-types-for 'script'; trusted-types 'none'; report-uri /r; upgrade-insecure-requests",
        "require-trusted-types-for 'script'; trusted-types 'none'; report-uri /r; upgrade-insecure-requests"
      ),
      ("connect-src ws://a.example", "connect-src ws://a.example H/events"),
      ("script-src a\u{301};\u{301} script-src", "script-src a\u{301} 'nonce-N';\u{301} script-src"),
    ])
  func extending(_ policy: String, _ expected: String) {
    var extended = ContentSecurityPolicy(policy)
    extended.allow(Self.needs)
    #expect(extended.text == expected)
    #expect(ContentSecurityPolicy(policy).allows(Self.needs) == (policy == expected))
    #expect(extended.allows(Self.needs), "extended once is enough")
  }

  @Test(
    "tells the nonce of the page's own scripts, as far as a tag can carry it",
    arguments: [
      ("default-src 'self'; script-src 'nonce-aB3/+=' 'strict-dynamic'", "aB3/+="),
      ("default-src 'nonce-a-_'", "a-_"), ("script-src 'nonce-\"><'", nil), ("script-src 'nonce-'", nil),
      ("style-src 'nonce-a'; script-src 'self'", nil), ("script-src 'nonce-a", nil),
      ("script-src 'nonce-é' 'nonce-b' 'nonce-c'", "b"), ("", nil),
    ])
  func nonce(_ policy: String, _ expected: String?) {
    #expect(ContentSecurityPolicy(policy).nonce == expected)
  }

  @Test(
    "tells what a sandbox lacks",
    arguments: [
      ("sandbox", "allow-scripts"), ("default-src *; Sandbox allow-forms", "allow-scripts"),
      ("sandbox allow-same-origin", "allow-scripts"), ("sandbox Allow-Scripts", "allow-same-origin"),
      ("sandbox allow-scripts allow-same-origin", nil), ("default-src 'none'", nil),
    ])
  func sandbox(_ policy: String, _ expected: String?) {
    #expect(ContentSecurityPolicy(policy).missingSandboxToken == expected)
  }

  /// Returns the fields that the browser receives for a response with these fields, and the nonce of the tag.
  private func allowed(_ fields: String...) -> (fields: [String], nonce: String?) {
    var head = MessageHead((["HTTP/1.1 200 OK"] + fields).joined(separator: "\r\n").utf8)
    var needs = Self.needs
    needs.nonce = head.nonce ?? needs.nonce
    let nonce = head.allow(needs)
    let lines = String(decoding: head.bytes, as: UTF8.self).split(separator: "\r\n")
    return (lines.dropFirst().map(String.init), nonce)
  }

  @Test("is one of several, in several fields and in each")
  func lists() {
    let several = allowed(
      "Content-Security-Policy: script-src 'self', script-src 'none',connect-src 'none'", "X: y",
      "content-security-policy:script-src 'nonce-own'")
    #expect(
      several.fields == [
        "Content-Security-Policy: script-src 'self',script-src 'nonce-own',connect-src H/events", "X: y",
        "content-security-policy:script-src 'nonce-own'",
      ])
    #expect(several.nonce == "own")
  }

  @Test("that is only reported stays as it is, and so does one that allows all")
  func unchanged() {
    let fields = [
      "Content-Security-Policy-Report-Only: default-src 'none'",
      "Content-Security-Policy:  default-src  'self' ,",
      "content-security-policy: img-src *",
    ]
    let unchanged = allowed(fields[0], fields[1], fields[2])
    #expect(unchanged.fields == fields)
    #expect(unchanged.nonce == nil)
    #expect(allowed().nonce == nil)
  }

  @Test(
    "names what is asked for as the browser does",
    arguments: [
      ("Host: 127.0.0.1:8090", "127.0.0.1:8090/p"), ("host: My-App.localhost", "my-app.localhost/p"),
      ("Host: [::1]:8090", "'self'"), ("Host: a b", "'self'"), ("Host: a;b", "'self'"), ("Host:", "'self'"),
      ("Host: a:", "'self'"), ("Host: a:1:2", "'self'"), ("Host: a,b:1", "'self'"), ("Accept: x", "'self'"),
      ("Host: a:1\r\nX-Forwarded-Host: b", "'self'"), ("Host: a:1\r\nForwarded: host=b", "'self'"),
    ])
  func sources(_ field: String, _ expected: String) {
    #expect(MessageHead("GET / HTTP/1.1\r\n\(field)\r\n\r\n".utf8).source(of: "/p") == expected)
  }

  @Test("gets a nonce that is new each time")
  func newNonces() {
    let request = MessageHead("GET / HTTP/1.1\r\n\r\n".utf8)
    let nonces = (0..<100).map { _ in PageScript.needs(of: request, nonce: nil).nonce }
    #expect(Set(nonces).count == 100)
    #expect(nonces.allSatisfy { ContentSecurityPolicy("script-src 'nonce-\($0)'").nonce == $0 })
  }
}
