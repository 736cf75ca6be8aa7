internal import Glibc

/// A descriptor that the process was started with, and does not own.
package struct SharedDescriptor: Sendable {
  private let number: CInt

  package init(_ number: CInt) { self.number = number }

  /// Whether it is a terminal (`isatty(3)`).
  package var isTerminal: Bool { isatty(number) == 1 }

  /// How wide it is, if it is a terminal that says so (`TIOCGWINSZ`).
  package var columns: Int? {
    var size = winsize()
    return ioctl(number, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : nil
  }

  /// Writes all of `text`, in UTF-8.
  package func write(_ text: String) { write(Array(text.utf8)[...]) }

  /// Writes all of these bytes. What cannot be written, to a closed pipe say, is lost.
  package func write(_ bytes: ArraySlice<UInt8>) {
    var rest = bytes
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(number, $0.baseAddress, $0.count) }
      if count == -1, errno == EINTR { continue }
      if count == -1, errno == EAGAIN {  // somebody else who has it has made it non-blocking
        var wait = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
        poll(&wait, 1, -1)
        continue
      }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }
}

/// Descriptor 1.
package let standardOutput = SharedDescriptor(STDOUT_FILENO)

/// Descriptor 2.
package let standardError = SharedDescriptor(STDERR_FILENO)

/// Opens those of the descriptors 0, 1 and 2 that the process was started without: the next file that is opened would be
/// taken for one of them.
package func openStandardDescriptors() {
  for number in STDIN_FILENO...STDERR_FILENO where fcntl(number, F_GETFD) == -1 {
    _ = open("/dev/null", O_RDWR)  // the lowest number that is free
  }
}
