/// How a build was made.
package enum BuildWay: Equatable, Sendable {
  /// By the fast path.
  case fast
  /// By `swift build`, or the user's command, for this reason.
  case whole(because: String)

  package var isFast: Bool { self == .fast }

  /// Why it was no fast one.
  package var reason: String? { if case .whole(let reason) = self { reason } else { nil } }
}
