internal import Glibc

/// How the terminal was that the process was started at (termios(3)).
package struct TerminalMode {
  private let number: CInt
  private let mode: termios

  /// That of the first of the descriptors 0, 1 and 2 that is a terminal; `nil` where none is.
  package init?() {
    for number in STDIN_FILENO...STDERR_FILENO {
      var mode = termios()
      guard tcgetattr(number, &mode) == 0 else { continue }
      (self.number, self.mode) = (number, mode)
      return
    }
    return nil
  }

  /// Has it as it was, whatever servers have made of it; not where somebody else is in the foreground now.
  package func restore() {
    guard tcgetpgrp(number) == getpgrp() else { return }
    var mode = mode
    tcsetattr(number, TCSANOW, &mode)
  }
}
