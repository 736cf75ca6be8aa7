internal import Glibc

/// Why files cannot be watched, and what the user can do about it.
package enum WatchError: Error, Equatable, Sendable {
  /// Too many inotify descriptors of the user: inotify_init1(2), EMFILE. Then files are polled.
  case instanceLimit(InotifyLimit)

  /// Any other failure of a system call, on this path if it was about one.
  case failed(call: String, path: String?, errno: Int32)
}

extension WatchError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .instanceLimit(let limit): "\(WatchNotice.instanceLimit(limit))"
    case .failed(_, let path, EMFILE):
      """
      cannot watch files: this process has too many open files (\(Self.openFileLimit))\
      \(path.map { ", at \($0)" } ?? "").
      Raise the limit, in the shell that starts hotreload: ulimit -n 4096
      """
    case .failed(let call, let path, let number):
      "cannot watch files: \(call)\(path.map { " \($0)" } ?? ""): \(String(cString: strerror(number)))"
    }
  }

  /// `ulimit -n = 1024`. getrlimit(2).
  private static var openFileLimit: String {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(UInt32(RLIMIT_NOFILE.rawValue)), &limit)
    return "ulimit -n = \(limit.rlim_cur)"
  }
}

extension InotifyLimit {
  /// `setting = value`, as sysctl(8) prints it.
  var assignment: String {
    value.map { "\(setting) = \($0)" } ?? setting
  }

  /// The command that raises the limit, to twice what it is or to `least`.
  func raising(atLeast least: Int) -> String {
    "sudo sysctl \(setting)=\(max(least, (value ?? 0) * 2))"
  }
}
