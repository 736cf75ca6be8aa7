/// Whether, and how often, a server that has ended is started again. The names are those of Docker.
///
/// A rollback is no restart: the old generation still runs. Code that has never passed its probation is not
/// started again either, unless it replaced code that has; then that is started.
package struct RestartPolicy: Equatable, Sendable {
  /// The ends after which a program is started again.
  package enum Mode: Equatable, Sendable {
    /// None.
    case never
    /// All, except the exit with status 0 of a program that has not listened: it has done its work.
    case onFailure
    /// All.
    case always
    /// Restarts as ``always`` does, because a service cannot be stopped alone.
    case unlessStopped
  }

  /// The ends after which a program is started again.
  package var mode: Mode
  /// The number of restarts after which the next end is final; `nil` if there is no limit. It counts from the
  /// last time when the server was healthy, or was built anew.
  package var limit: Int?

  /// Creates a policy. The default restarts after each failure.
  package init(_ mode: Mode = .onFailure, limit: Int? = nil) { (self.mode, self.limit) = (mode, limit) }

  /// Whether a program is started again that has done its work.
  var restartsFinished: Bool { mode == .always || mode == .unlessStopped }

  /// Returns whether a server is started again that was started again `restarts` times before.
  func allowsRestart(after restarts: Int) -> Bool { mode != .never && limit.map { restarts < $0 } ?? true }
}
