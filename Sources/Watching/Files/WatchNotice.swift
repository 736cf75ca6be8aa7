/// A limitation of the watching for the user. Watching works nevertheless.
package enum WatchNotice: Equatable, Sendable {
  /// All inotify watches are taken, so some directories are polled. The numbers are those of watched and of
  /// polled directories.
  case watchLimit(InotifyLimit, watched: Int, polled: Int)

  /// All inotify instances are taken, so everything is polled.
  case instanceLimit(InotifyLimit)

  /// The directory at this path is polled, because its file system does not report every change.
  case silent(fileSystem: String, path: String)
}

extension WatchNotice: CustomStringConvertible {
  package var description: String {
    switch self {
    case .watchLimit(let limit, let watched, let polled):
      """
      all inotify watches of this user are in use (\(limit.assignment), shared by all programs): \
      \(watched) \(watched == 1 ? "directory is" : "directories are") watched, \(polled) polled, which is slower.
      Watch fewer directories, or raise the limit: \(limit.raising(atLeast: max(524_288, (watched + polled) * 2)))
      """
    case .instanceLimit(let limit):
      """
      all inotify instances of this user are in use (\(limit.assignment), shared by all programs): \
      files are polled, which is slower.
      Close a program that watches files, or raise the limit: \(limit.raising(atLeast: 1024))
      """
    case .silent(let fileSystem, let path):
      "\(path) is on a file system that does not report every change (\(fileSystem)), so it is polled"
    }
  }
}
