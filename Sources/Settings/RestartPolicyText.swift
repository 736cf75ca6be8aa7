/// A restart policy as it is written: one of ``names``, and for `on-failure` a count, as in `on-failure:5`.
package struct RestartPolicyText: Equatable, Sendable {
  /// The policies.
  package static let names = ["no", "on-failure", "always", "unless-stopped"]
  /// The policies, and one with a count, for messages.
  static let examples = ["no", "on-failure", "on-failure:5", "always", "unless-stopped"]

  /// The name, one of ``names``.
  package let name: String
  /// The count, from 1 on; `nil` if there is none.
  package let count: Int?

  /// Parses a policy. Throws ``InvalidValue`` with the correction.
  package init(_ text: String) throws(InvalidValue) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard let name = parts.first, Self.names.contains(name) else {
      throw InvalidValue("'\(text)' is not one of \(Self.examples.map { "'\($0)'" }.joined(separator: ", "))")
    }
    self.name = name
    guard parts.count > 1 else {
      count = nil
      return
    }
    guard name == "on-failure" else {
      throw InvalidValue("'\(text)' has a count, which only 'on-failure' takes, as in 'on-failure:5'")
    }
    guard let count = Int(parts[1]), count > 0, parts[1].allSatisfy(\.isNumber) else {
      throw InvalidValue(
        "'\(text)' has no count after the colon; write a whole number from 1 on, as in 'on-failure:5', or 'no'"
      )
    }
    self.count = count
  }
}
