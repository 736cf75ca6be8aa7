internal import CPosix
internal import Glibc

/// A descriptor that the process was started with and that it does not own.
package struct SharedDescriptor: Sendable {
  private let number: CInt

  /// Refers to a descriptor without taking it over.
  package init(_ number: CInt) { self.number = number }

  /// Whether the descriptor is a terminal (isatty(3)).
  package var isTerminal: Bool { isatty(number) == 1 }

  /// The width of the terminal in columns (`TIOCGWINSZ`). `nil` if it is no terminal or reports no width.
  package var columns: Int? {
    var size = winsize()
    return ioctl(number, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : nil
  }

  /// The rows and columns of the terminal (`TIOCGWINSZ`). `nil` if it is no terminal or reports no size.
  package var size: (rows: Int, columns: Int)? {
    var size = winsize()
    guard ioctl(number, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0, size.ws_col > 0 else { return nil }
    return (Int(size.ws_row), Int(size.ws_col))
  }

  /// Writes all of `text` in UTF-8. Errors are ignored.
  package func write(_ text: String) { write(Array(text.utf8)[...]) }

  /// Writes all of the bytes (write(2)). The rest is lost on an error, such as a closed pipe.
  package func write(_ bytes: ArraySlice<UInt8>) {
    var rest = bytes
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(number, $0.baseAddress, $0.count) }
      if count == -1, errno == EINTR { continue }
      if count == -1, errno == EAGAIN {  // another process has made the shared description non-blocking
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

/// Opens `/dev/null` for each of the descriptors 0, 1 and 2 that is closed. Otherwise the next opened file
/// would get that number and be taken for standard output, for example.
package func openStandardDescriptors() {
  for number in STDIN_FILENO...STDERR_FILENO where fcntl(number, F_GETFD) == -1 {
    _ = open("/dev/null", O_RDWR)  // open(2) returns the lowest free number
  }
}
