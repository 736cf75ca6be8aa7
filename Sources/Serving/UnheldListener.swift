internal import Posix

/// A socket on which a generation accepts when it likes.
package struct UnheldListener: Hashable, Sendable {
  let socket: ListeningSocket
  /// The process that has it.
  let process: CInt
  /// Its number there.
  let descriptor: CInt
  /// Of that process.
  let command: String
  /// Why hotreload cannot hold it back.
  let reason: String

  /// What that means.
  package enum Consequence: Sendable {
    /// The old code ends before the new one starts, and the port stays open.
    case clientsWait
    /// The same, and nobody listens meanwhile.
    case clientsAreRefused
    /// The server has other listeners, which are handed over.
    case aside
  }

  /// What the user reads.
  package func text(_ consequence: Consequence) -> String {
    let address = socket.address
    let end =
      switch consequence {
      case .clientsWait: "Each build stops it and starts the new one; clients wait meanwhile"
      case .clientsAreRefused:
        """
        Each build stops it and starts the new one; clients are refused meanwhile. To have them wait, let hotreload open \
        the port, swap.listen = ["\(address)"], and the server take it over (LISTEN_FDS)
        """
      case .aside:
        """
        New code cannot listen there before the old one has ended; if it needs to, set swap.strategy = "replace"
        """
      }
    return "\(command) cannot hand over \(address): \(reason) (process \(process)). \(end)"
  }
}
