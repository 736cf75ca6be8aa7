internal import Glibc

/// What a directory held when it was read.
struct DirectoryListing {
  /// Names of its directories, sorted. Links to directories are not among them.
  private(set) var directories: [String] = []

  /// Its regular files and links whose names were asked for, sorted by name.
  private(set) var files: [(name: String, stamp: FileStamp)] = []

  /// Reads `directory` with opendir(3) and readdir(3). One that is gone or must not be read is empty.
  ///
  /// - Parameter isWanted: whether a file of this name is to be looked at.
  init(of directory: String, files isWanted: (String) -> Bool) throws(WatchError) {
    guard let stream = opendir(directory) else {
      if [ENOENT, ENOTDIR, EACCES, ELOOP].contains(errno) { return }
      throw .failed(call: "opendir", path: directory, errno: errno)
    }
    defer { closedir(stream) }
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { start in
        start.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name == "." || name == ".." { continue }
      switch Int(entry.pointee.d_type) {
      case Int(DT_DIR):
        directories.append(name)
      case Int(DT_UNKNOWN) where Self.isDirectory(name, in: dirfd(stream)):
        directories.append(name)
      default:
        if isWanted(name), let status = FileStatus(named: name, in: dirfd(stream)) {
          files.append((name, status.stamp))
        }
      }
    }
    directories.sort()
    files.sort { $0.name < $1.name }
  }

  /// For file systems that do not tell the type with the name. fstatat(2).
  private static func isDirectory(_ name: String, in directory: Int32) -> Bool {
    var status = stat()
    return fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }
}
