/// A message for the user about the servers that does not change the state of a generation.
package enum ServerNotice: Sendable {
  /// A server could not bind the address of `key`, with this errno.
  case bindFailed(key: String, code: CInt)
  /// A server listens on a socket that hotreload cannot hold, with the consequence for its clients.
  case unheld(UnheldListener, UnheldListener.Consequence)
  /// The server has put itself into the background, where hotreload cannot follow it. It is ended there.
  case outlived(Int, process: Int)
  /// A generation has ended. These processes, which it had started in sessions or process groups of their
  /// own, were ended too.
  case leftBehind(Int, [String])
  /// The servers have stored as many descriptors as hotreload keeps (`FDSTORE=1`), which is this number.
  case storeFull(Int)
  /// A generation has sent this status (`STATUS=`, sd_notify(3)).
  case status(Int, String)
}
