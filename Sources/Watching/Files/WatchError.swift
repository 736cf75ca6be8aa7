internal import Glibc

/// The reason why files cannot be watched, with the next step for the user.
package enum WatchError: Error, Equatable, Sendable {
  /// All inotify instances of the user are taken (EMFILE of inotify_init1(2)). Files are polled instead.
  case instanceLimit(InotifyLimit)

  /// Another system call failed. `path` is its subject, if it has one.
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

  /// The limit of open files of this process (getrlimit(2)), as `ulimit -n = 1024`.
  private static var openFileLimit: String {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(UInt32(RLIMIT_NOFILE.rawValue)), &limit)
    return "ulimit -n = \(limit.rlim_cur)"
  }
}

extension InotifyLimit {
  /// The setting and its value, as sysctl(8) prints them.
  package var assignment: String {
    value.map { "\(setting) = \($0)" } ?? setting
  }

  /// Returns the command that raises the limit to twice its value, and to `least` at least.
  package func raising(atLeast least: Int) -> String {
    "sudo sysctl \(setting)=\(max(least, (value ?? 0) * 2))"
  }
}
