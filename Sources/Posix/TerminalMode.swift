internal import CPosix
internal import Glibc

/// The mode of the terminal when the process was started (termios(3)).
package struct TerminalMode: Sendable {
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

  /// Whether the process group of this process is in the foreground (tcgetpgrp(3)).
  package var isInForeground: Bool { tcgetpgrp(number) == getpgrp() }

  /// Whether this process still has the terminal, in the foreground or in the background.
  package var hasTerminal: Bool { tcgetpgrp(number) != -1 }

  /// Restores the mode that a server may have changed (tcsetattr(3)). Does nothing while another process
  /// group is in the foreground.
  package func restore() {
    guard isInForeground else { return }
    set(mode)
  }

  /// Lets this process read each key at once, without echo. Ctrl-C and Ctrl-Z still send signals. Does nothing while
  /// another process group is in the foreground.
  package func readKeys() {
    guard isInForeground else { return }
    set(modeForKeys)
  }

  /// Restores the mode if it is still that of ``readKeys()``, from any process group.
  ///
  /// It is for the time after the process that has set it was killed. The shell may then already have a mode of its
  /// own. The caller ignores SIGTTOU.
  package func restoreAfterKeys() {
    var current = termios()
    guard tcgetattr(number, &current) == 0, current.isSame(as: modeForKeys) else { return }
    set(mode)
  }

  private var modeForKeys: termios {
    var mode = mode
    mode.c_lflag &= ~tcflag_t(ICANON | ECHO)
    mode[control: VMIN] = 1
    mode[control: VTIME] = 0
    return mode
  }

  private func set(_ mode: termios) {
    var mode = mode
    tcsetattr(number, TCSANOW, &mode)
  }
}

extension termios {
  /// A control character of the mode.
  fileprivate subscript(control index: CInt) -> cc_t {
    get { withUnsafeBytes(of: c_cc) { $0[Int(index)] } }
    set { withUnsafeMutableBytes(of: &c_cc) { $0[Int(index)] = newValue } }
  }

  /// Returns whether both modes treat input and output alike.
  fileprivate func isSame(as other: termios) -> Bool {
    c_iflag == other.c_iflag && c_oflag == other.c_oflag && c_lflag == other.c_lflag
      && self[control: VMIN] == other[control: VMIN] && self[control: VTIME] == other[control: VTIME]
  }
}
