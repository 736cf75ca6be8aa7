/// The reason why the fast path falls back to `swift build`. It is never an error for the user, who gets the
/// same program later.
package struct FallbackReason: Error, Equatable, CustomStringConvertible {
  /// The reason, as the completion of the sentence "falling back to swift build: ".
  package let description: String

  /// Creates a reason.
  package init(_ description: String) { self.description = description }
}
