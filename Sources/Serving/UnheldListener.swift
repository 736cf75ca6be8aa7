internal import Posix

/// A listening socket that hotreload cannot hold: the generation accepts on it at any time.
package struct UnheldListener: Hashable, Sendable {
  let socket: ListeningSocket
  /// The process that has the socket open.
  let process: CInt
  /// The descriptor in that process.
  let descriptor: CInt
  /// The command line of that process.
  let command: String
  /// The reason why hotreload cannot hold the socket.
  let reason: String

  /// The consequence for clients.
  package enum Consequence: Sendable {
    /// The old code ends before the new one starts, and the port stays open.
    case clientsWait
    /// As for ``clientsWait``, but the port is closed meanwhile.
    case clientsAreRefused
    /// The server has other listeners, which are handed over.
    case aside
  }

  /// Returns the message for the user.
  package func text(_ consequence: Consequence) -> String {
    let address = socket.address
    let end =
      switch consequence {
      case .clientsWait: "Each build stops it and starts the new one; clients wait meanwhile"
      case .clientsAreRefused:
        """
        Each build stops it and starts the new one; clients are refused meanwhile. To make them wait, let hotreload open \
        the port (swap.listen = ["\(address)"]), and let the server adopt it (LISTEN_FDS)
        """
      case .aside:
        """
        New code cannot listen there before the old server has exited; if it needs to, set swap.strategy = "replace"
        """
      }
    return "\(command) cannot hand over \(address): \(reason) (process \(process)). \(end)"
  }
}
