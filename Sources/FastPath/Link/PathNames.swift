extension String {
  /// The part of a path after its last slash.
  package var lastName: String { lastIndex(of: "/").map { String(self[index(after: $0)...]) } ?? self }

  /// The part of a path before its last slash.
  package var directory: String { lastIndex(of: "/").map { String(self[..<$0]) } ?? "." }
}
