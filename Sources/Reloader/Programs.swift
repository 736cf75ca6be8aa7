/// The programs of a service that matter for decisions.
struct Programs: Equatable, Sendable {
  /// The program of the last build that succeeded and was not superseded.
  var built: Artifact?
  /// The program of an incremental build that may have missed something.
  var doubtful: Artifact?
  /// The queued program. It was built during a swap, or while an old generation is being stopped.
  var queued: Artifact?
  /// The program of the last generation that passed its probation.
  var good: Artifact?
  /// Whether that generation listened. If so, clients may be waiting, and a program that does not listen is
  /// not ready.
  var goodListens = false
}
