internal import CPosix
internal import Glibc

/// The mode of the terminal when the process was started (termios(3)).
package struct TerminalMode {
  private let number: CInt
  private let mode: termios

  /// Reads the mode of the first of the descriptors 0, 1 and 2 that is a terminal (tcgetattr(3)). `nil` if
  /// none is.
  package init?() {
    for number in STDIN_FILENO...STDERR_FILENO {
      var mode = termios()
      guard tcgetattr(number, &mode) == 0 else { continue }
      (self.number, self.mode) = (number, mode)
      return
    }
    return nil
  }

  /// Restores the mode that a server may have changed (tcsetattr(3)). Does nothing while another process
  /// group is in the foreground.
  package func restore() {
    guard tcgetpgrp(number) == getpgrp() else { return }
    var mode = mode
    tcsetattr(number, TCSANOW, &mode)
  }
}
