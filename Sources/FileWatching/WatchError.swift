internal import Glibc

/// Why files cannot be watched, and what the user can do about it.
package enum WatchError: Error, Equatable, Sendable {
  /// Too many inotify descriptors: inotify_init1(2), EMFILE.
  case instanceLimit(InotifyLimit)

  /// Too many watched directories: inotify_add_watch(2), ENOSPC. `needed` is how many this watcher would take.
  case watchLimit(InotifyLimit, needed: Int)

  /// Any other failure of a system call, on this path if it was about one.
  case failed(call: String, path: String?, errno: Int32)
}

extension WatchError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .instanceLimit(let limit):
      """
      cannot watch files: all inotify instances of this user are taken \
      (\(limit.assignment), shared by all programs).
      Close a program that watches files, or raise the limit: \(limit.raising(atLeast: 1024))
      """
    case .watchLimit(let limit, let needed):
      """
      cannot watch \(needed) \(needed == 1 ? "directory" : "directories"): \
      all inotify watches of this user are taken (\(limit.assignment), shared by all programs).
      Watch fewer directories, or raise the limit: \(limit.raising(atLeast: max(524_288, needed * 2)))
      """
    case .failed(let call, let path, let number):
      "cannot watch files: \(call)\(path.map { " \($0)" } ?? ""): \(String(cString: strerror(number)))"
    }
  }
}

extension InotifyLimit {
  /// `setting = value`, as sysctl(8) prints it.
  fileprivate var assignment: String {
    value.map { "\(setting) = \($0)" } ?? setting
  }

  /// The command that raises the limit, to twice what it is or to `least`.
  fileprivate func raising(atLeast least: Int) -> String {
    "sudo sysctl \(setting)=\(max(least, (value ?? 0) * 2))"
  }
}
