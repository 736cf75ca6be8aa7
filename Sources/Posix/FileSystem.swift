internal import CPosix
internal import Glibc

/// Functions for files and directories that do not need Foundation.
package enum FileSystem {
  /// Returns whether something exists at `path` (access(2)). Links are followed.
  package static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// Creates a directory and its missing parents, with mode 0700. Throws the errno of mkdir(2) with the path.
  package static func makeDirectories(_ path: String) throws(SystemError) {
    if isDirectory(path) { return }
    try makeDirectories(path.parentPath)
    if mkdir(path, 0o700) == -1, errno != EEXIST { throw SystemError("mkdir", path) }
  }

  /// Returns the names in a directory, without `.` and `..`. Empty if it cannot be read.
  package static func names(in directory: String) -> [String] {
    guard let stream = opendir(directory) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  /// Returns the absolute path without links, `.` and `..` (realpath(3)), or `nil` if nothing exists there.
  package static func realPath(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// Returns the target of a symbolic link as it is written there (readlink(2)), or `nil` if `path` is no
  /// link.
  package static func linkTarget(_ path: String) -> String? {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlink(path, &buffer, buffer.count)
    return count < 0
      ? nil : String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Renames a file (rename(2)). Throws the errno with the target.
  package static func move(_ path: String, to target: String) throws(SystemError) {
    try check("rename", target) { rename(path, target) }
  }

  /// Removes a file (unlink(2)). Does nothing if it does not exist.
  package static func remove(_ path: String) { unlink(path) }

  /// Removes a directory if it is empty (rmdir(2)).
  package static func removeDirectory(_ path: String) { rmdir(path) }

  /// Removes a file, or a directory with all that it contains. Links are not followed.
  package static func removeAll(_ path: String) {
    guard unlink(path) == -1, errno == EISDIR else { return }
    for name in names(in: path) { removeAll("\(path)/\(name)") }
    rmdir(path)
  }

  /// Creates a second name for a file (link(2)). Throws the errno with the name.
  package static func link(_ path: String, to name: String) throws(SystemError) {
    try check("link", name) { Glibc.link(path, name) }
  }

  /// Takes the lock of a file without waiting (flock(2)). Returns whether it was free.
  package static func lock(_ file: borrowing Descriptor) -> Bool {
    flock(file.number, LOCK_EX | LOCK_NB) == 0
  }
}
