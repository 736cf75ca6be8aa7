/// What is observed of a generation through its link.
package enum HandoffEvent: Equatable, Sendable {
  /// It listens at this address.
  case listening(String)
  /// It could not bind this, for this errno.
  case bindFailed(key: String, code: CInt)
  /// It waits for connections on every listener that the serving generation has.
  case ready
  case paused(fresh: Int, busy: Int, idle: Int)
  case notPaused
  case released
  case settled
  /// This process of it lives on, although the generation has ended; it ends itself now.
  case outlived(Int)
}
