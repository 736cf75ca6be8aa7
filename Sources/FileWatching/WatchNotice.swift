/// Something about the watching that the user should know, once: it works all the same.
package enum WatchNotice: Equatable, Sendable {
  /// There are no watches left: so many directories are watched, so many are polled.
  case watchLimit(InotifyLimit, watched: Int, polled: Int)

  /// There is no inotify instance left: everything is polled.
  case instanceLimit(InotifyLimit)

  /// This directory is on a file system of this kind, which does not tell of every change: it is polled.
  case silent(fileSystem: String, path: String)
}

extension WatchNotice: CustomStringConvertible {
  package var description: String {
    switch self {
    case .watchLimit(let limit, let watched, let polled):
      """
      all inotify watches of this user are taken (\(limit.assignment), shared by all programs): \
      \(watched) \(watched == 1 ? "directory is" : "directories are") watched, \(polled) polled, which is slower.
      Watch fewer directories, or raise the limit: \(limit.raising(atLeast: max(524_288, (watched + polled) * 2)))
      """
    case .instanceLimit(let limit):
      """
      all inotify instances of this user are taken (\(limit.assignment), shared by all programs): \
      files are polled, which is slower.
      Close a program that watches files, or raise the limit: \(limit.raising(atLeast: 1024))
      """
    case .silent(let fileSystem, let path):
      "\(path) is on a file system that does not tell of every change (\(fileSystem)): it is polled"
    }
  }
}
