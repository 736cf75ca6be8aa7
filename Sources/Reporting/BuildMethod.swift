/// The method by which a build was made.
package enum BuildMethod: Equatable, Sendable {
  /// The fast path has built.
  case fast
  /// `swift build` or the user's command has built, for this reason.
  case full(reason: String)

  /// Whether the fast path has built.
  package var isFast: Bool { self == .fast }

  /// The reason why the fast path was not used; `nil` if it was.
  package var reason: String? { if case .full(let reason) = self { reason } else { nil } }
}
