import Foundation

/// A pseudo-terminal.
struct Terminal {
  /// The end of the user.
  let ours: Int32
  /// The end of the program.
  let theirs: Int32
  /// A duplicate of the user's end, which stays open after the program has ended.
  private let kept: Int32

  init() throws {
    var (number, unlocked): (Int32, Int32) = (0, 0)
    ours = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    guard ours != -1, ioctl(ours, Self.setLock, &unlocked) == 0, ioctl(ours, Self.getNumber, &number) == 0
    else {
      throw POSIXError(.init(rawValue: errno) ?? .EIO)
    }
    theirs = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY | O_CLOEXEC)
    kept = fcntl(ours, F_DUPFD_CLOEXEC, 3)
  }

  /// Types text, as the user does.
  func type(_ text: String) { _ = text.withCString { write(ours, $0, strlen($0)) } }

  /// Whether the terminal collects lines and shows what is typed, as it does for a shell's commands.
  var isAsBefore: Bool {
    var mode = termios()
    let both = tcflag_t(ICANON | ECHO)
    return tcgetattr(kept, &mode) == 0 && mode.c_lflag & both == both
  }

  /// The script of a shell that runs hotreload in the foreground of a terminal.
  static let foreground = "exec setsid -c -w \"$0\" \"$@\""

  // The requests of posix_openpt(3) and related functions, which Swift cannot import: TIOCSPTLCK and TIOCGPTN
  // of ioctl_tty(2).
  private static let setLock: UInt = 0x4004_5431
  private static let getNumber: UInt = 0x8004_5430
}
