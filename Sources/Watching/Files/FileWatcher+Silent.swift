internal import CPosix
internal import Glibc

extension FileWatcher {
  /// Polls a directory if its file system does not report every change (fstatfs(2)). The directory stays
  /// watched, because changes by this machine are reported at once.
  func pollIfSilent(_ directory: WatchedDirectory, at path: String, _ number: Int32) {
    var status = statfs()
    guard !options.silentFileSystems.isEmpty, fstatfs(number, &status) == 0,
      let name = options.silentFileSystems[UInt32(truncatingIfNeeded: status.f_type)]
    else { return }
    if inotify.isOpen { notices.met(fileSystem: name, at: path) }
    table.poll(directory)
  }

  /// Returns whether the file system at `path` does not report every change.
  func isSilent(_ path: String) -> Bool { options.silentFileSystem(at: path) != nil }
}

extension WatchOptions {
  /// Returns the name of the file system at `path` if it does not report every change (statfs(2)).
  package func silentFileSystem(at path: String) -> String? {
    var status = statfs()
    return statfs(path, &status) == 0
      ? silentFileSystems[UInt32(truncatingIfNeeded: status.f_type)] : nil
  }
}
