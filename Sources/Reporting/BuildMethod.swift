/// The method by which a build was made.
package enum BuildWay: Equatable, Sendable {
  /// The fast path has built.
  case fast
  /// `swift build` or the user's command has built, for this reason.
  case whole(because: String)

  /// Whether the fast path has built.
  package var isFast: Bool { self == .fast }

  /// The reason why the fast path was not used; `nil` if it was.
  package var reason: String? { if case .whole(let reason) = self { reason } else { nil } }
}
