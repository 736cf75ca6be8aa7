internal import Glibc
internal import Synchronization

/// The listeners that the process was started with (`sd_listen_fds(3)`), each given away once.
enum ActivatedSockets {
  private static let first: CInt = 3
  private static let taken = Mutex<Set<CInt>>([])

  /// The one that is bound to this address, if there is one.
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

  private static func number(_ variable: String) -> CInt? {
    getenv(variable).flatMap { CInt(String(cString: $0)) }
  }

  private static func isListening(_ descriptor: CInt) -> Bool {
    var value: CInt = 0
    var length = socklen_t(MemoryLayout<CInt>.size)
    return getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &value, &length) == 0 && value != 0
  }
}
