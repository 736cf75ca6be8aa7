internal import Glibc
internal import Project

/// The end of a session.
struct SessionEnd {
  /// Whether everything is being ended.
  var hasBegun = false
  /// The signal that the session ends with; 0 for exit code 0.
  var signal = SIGINT
  /// Why the session cannot go on; `nil` if it was asked to end.
  var failure: UsageFailure?
}
