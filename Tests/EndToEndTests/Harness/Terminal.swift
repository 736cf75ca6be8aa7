import Foundation

/// A pseudo-terminal.
struct Terminal {
  /// The end of the user.
  let ours: Int32
  /// The end of the program.
  let theirs: Int32

  init() throws {
    var (number, unlocked): (Int32, Int32) = (0, 0)
    ours = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    guard ours != -1, ioctl(ours, Self.setLock, &unlocked) == 0, ioctl(ours, Self.getNumber, &number) == 0
    else {
      throw POSIXError(.init(rawValue: errno) ?? .EIO)
    }
    theirs = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY | O_CLOEXEC)
  }

  // The requests of posix_openpt(3) and related functions, which Swift cannot import: TIOCSPTLCK and TIOCGPTN
  // of ioctl_tty(2).
  private static let setLock: UInt = 0x4004_5431
  private static let getNumber: UInt = 0x8004_5430
}
