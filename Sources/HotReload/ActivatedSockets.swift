internal import Glibc
internal import Synchronization

/// The listeners that the process was started with (`sd_listen_fds(3)`). Each is given away once.
enum ActivatedSockets {
  /// The number of the first listener, `SD_LISTEN_FDS_START`.
  private static let first: CInt = 3
  /// The listeners that were given away.
  private static let taken = Mutex<Set<CInt>>([])

  /// Returns the listener that is bound to this address, and marks it close-on-exec. `nil` if there is none,
  /// or if it was given away.
  static func take(_ address: SocketAddress) -> CInt? {
    guard number("LISTEN_PID") == getpid(), let count = number("LISTEN_FDS"), (1...1024).contains(count)
    else {
      return nil
    }
    return taken.withLock { taken in
      for descriptor in first..<first + count where !taken.contains(descriptor) {
        guard SocketAddress(of: descriptor) == address, isListening(descriptor) else { continue }
        taken.insert(descriptor)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        return descriptor
      }
      return nil
    }
  }

  /// Returns the value of an environment variable as a number.
  private static func number(_ variable: String) -> CInt? {
    getenv(variable).flatMap { CInt(String(cString: $0)) }
  }

  /// Returns whether the socket listens (`SO_ACCEPTCONN`, `socket(7)`).
  private static func isListening(_ descriptor: CInt) -> Bool {
    var value: CInt = 0
    var length = socklen_t(MemoryLayout<CInt>.size)
    return getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &value, &length) == 0 && value != 0
  }
}
