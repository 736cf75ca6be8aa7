/// The changes of sources since the last build.
package struct SourceChanges: Sendable {
  /// The texts of the changed and added sources.
  package var texts: [String: SourceText] = [:]
  /// The index of the module of each added source.
  package var added: [String: Int] = [:]
  /// The deleted sources.
  package var removed: Set<String> = []

  /// Creates a set without changes.
  package init() {}

  /// Whether there are no changes.
  package var isEmpty: Bool { texts.isEmpty && removed.isEmpty }
}
