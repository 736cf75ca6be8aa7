extension MessageHead {
  /// The name of the field whose policies the browser enforces. It only reports violations of those in the
  /// field `content-security-policy-report-only`.
  private static let policyField = "content-security-policy"

  /// The policies of all fields, each of which has a list.
  var policies: [ContentSecurityPolicy] {
    values(Self.policyField).flatMap { ContentSecurityPolicy.list($0) }
  }

  /// The nonce that the page's own scripts carry. `nil` if no policy has one.
  var nonce: String? { policies.lazy.compactMap(\.nonce).first }

  /// Extends every policy by the needs of the page's script. Returns the nonce for its tag, or `nil` if no
  /// policy has that nonce.
  mutating func allow(_ needs: ContentSecurityPolicy.Needs) -> String? {
    change(Self.policyField) { value in
      let policies = ContentSecurityPolicy.list(value)
      if policies.allSatisfy({ $0.allows(needs) }) { return nil }
      return policies.map { policy in
        var policy = policy
        policy.allow(needs)
        return policy.text
      }.joined(separator: ",")
    }
    return policies.contains { $0.knows(nonce: needs.nonce) } ? needs.nonce : nil
  }

  /// Returns a source expression for a path at the address that this request was sent to.
  ///
  /// Returns `'self'` if the address is unknown, because a proxy may have changed the host, and for IPv6,
  /// whose brackets no source expression may have (CSP3, 2.3.1).
  func source(of path: String) -> String {
    guard let host = self["host"], self["forwarded"] == nil, self["x-forwarded-host"] == nil else {
      return "'self'"
    }
    let parts = host.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    let isHost = parts[0].allSatisfy { 0x61...0x7A ~= $0 || 0x30...0x39 ~= $0 || "-.".utf8.contains($0) }
    let isPort = parts.dropFirst().allSatisfy { !$0.isEmpty && $0.allSatisfy { 0x30...0x39 ~= $0 } }
    return isHost && isPort && parts.count <= 2 && !parts[0].isEmpty ? host + path : "'self'"
  }
}
