internal import CPosix
internal import Glibc

extension FileWatcher {
  /// Has a directory polled if its file system does not tell of every change. It stays watched: what this machine changes
  /// is told at once. fstatfs(2).
  func pollIfSilent(_ directory: WatchedDirectory, at path: String, _ number: Int32) {
    var status = statfs()
    guard !options.silentFileSystems.isEmpty, fstatfs(number, &status) == 0,
      let name = options.silentFileSystems[UInt32(truncatingIfNeeded: status.f_type)]
    else { return }
    if inotify.isOpen { notices.met(fileSystem: name, at: path) }
    table.poll(directory)
  }

  /// statfs(2).
  func isSilent(_ path: String) -> Bool {
    var status = statfs()
    return statfs(path, &status) == 0
      && options.silentFileSystems[UInt32(truncatingIfNeeded: status.f_type)] != nil
  }
}
