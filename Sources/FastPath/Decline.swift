/// Why the fast path leaves a build to `swift build`. Never an error to the user: they get the same program, later.
package struct Decline: Error, Equatable, CustomStringConvertible {
  /// Completes the sentence "swift build is used: ".
  package let description: String

  package init(_ description: String) { self.description = description }
}
