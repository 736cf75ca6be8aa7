internal import Glibc
internal import Synchronization

/// The changes that programs make to files. Each is one system call or one well-known sequence of them. All
/// paths are absolute. Failures are ignored where the random tests provoke them; each function returns
/// whether it succeeded.
package enum Files {
  /// open(2) with these flags, write(2), close(2).
  @discardableResult
  package static func save(
    _ path: String, _ text: String, flags: Int32 = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW
  ) -> Bool {
    let file = open(path, flags | O_CLOEXEC, 0o644)
    guard file >= 0 else { return false }
    defer { Files.close(file) }
    return write(file, text, text.utf8.count) == text.utf8.count
  }

  /// Calls close(2) while no other thread of this process is spawning. Between fork and exec a child holds a
  /// second descriptor of every open file, so that this close would not be the last one, which inotify
  /// reports.
  package static func close(_ file: Int32) {
    _ = spawning.withLock { _ in Glibc.close(file) }
  }

  /// Spawns a process while no other thread closes a file, and waits until the process has closed the
  /// inherited descriptors.
  ///
  /// posix_spawn(3) returns a moment before exec closes the descriptors of the child. A pipe shows that it
  /// has.
  package static func whileSpawning<Result>(_ spawn: () -> Result) -> Result {
    spawning.withLock { _ in
      var ends: [Int32] = [-1, -1]
      guard pipe(&ends) == 0 else { fatalError("pipe: \(errno)") }
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      let result = spawn()
      Glibc.close(ends[1])
      var byte: UInt8 = 0
      while read(ends[0], &byte, 1) < 0, errno == EINTR {}
      Glibc.close(ends[0])
      return result
    }
  }

  private static let spawning = Mutex(())

  /// Opens and closes for writing, which changes nothing, but is an event.
  @discardableResult
  package static func touchWithoutWriting(_ path: String) -> Bool {
    save(path, "", flags: O_WRONLY | O_CREAT)
  }

  /// The safe save: another file is written, then renamed over this one.
  @discardableResult
  package static func saveByRename(_ path: String, _ text: String, temporary: String) -> Bool {
    save(temporary, text) && rename(temporary, path)
  }

  /// mkdir(2).
  @discardableResult
  package static func makeDirectory(_ path: String) -> Bool { mkdir(path, 0o755) == 0 }

  /// `mkdir -p`.
  package static func makeDirectories(_ path: String) {
    var current = ""
    for name in path.split(separator: "/") {
      current += "/\(name)"
      makeDirectory(current)
    }
  }

  /// rename(2).
  @discardableResult
  package static func rename(_ from: String, _ to: String) -> Bool { Glibc.rename(from, to) == 0 }

  /// renameat2(2) with RENAME_EXCHANGE.
  @discardableResult
  package static func exchange(_ one: String, _ other: String) -> Bool {
    // Declared for _GNU_SOURCE only, which Swift does not define.
    typealias Function =
      @convention(c) (Int32, UnsafePointer<CChar>, Int32, UnsafePointer<CChar>, UInt32) -> Int32
    let renameat2 = unsafeBitCast(dlsym(nil, "renameat2"), to: Function.self)
    return renameat2(AT_FDCWD, one, AT_FDCWD, other, 2) == 0
  }

  /// unlink(2).
  @discardableResult
  package static func delete(_ path: String) -> Bool { unlink(path) == 0 }

  /// link(2).
  @discardableResult
  package static func hardLink(_ path: String, to existing: String) -> Bool { link(existing, path) == 0 }

  /// symlink(2).
  @discardableResult
  package static func symbolicLink(_ path: String, to target: String) -> Bool { symlink(target, path) == 0 }

  /// Makes a file without a name, fills it, then gives it its name: O_TMPFILE and linkat(2).
  @discardableResult
  package static func saveUnnamed(_ path: String, _ text: String, in directory: String) -> Bool {
    let file = open(directory, O_WRONLY | 0o20_000_000 | O_DIRECTORY | O_CLOEXEC, 0o644)
    guard file >= 0 else { return false }
    defer { Files.close(file) }
    return write(file, text, text.utf8.count) == text.utf8.count
      && linkat(AT_FDCWD, "/proc/self/fd/\(file)", AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0
  }

  /// `rm -rf`.
  package static func deleteTree(_ path: String) {
    if delete(path) { return }
    for name in names(in: path) { deleteTree("\(path)/\(name)") }
    rmdir(path)
  }

  /// The entries of a directory, sorted.
  package static func names(in directory: String) -> [String] {
    guard let stream = opendir(directory) else { return [] }
    defer { closedir(stream) }
    var found: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { start in
        start.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { found.append(name) }
    }
    return found.sorted()
  }

  /// Whether there is a directory, not counting links.
  package static func isDirectory(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// The content of a file, or the target of a link; nil if there is neither.
  package static func content(of path: String) -> String? {
    var buffer = [UInt8](repeating: 0, count: 512)
    let length = readlink(path, &buffer, buffer.count)
    if length >= 0 { return "-> " + String(decoding: buffer[..<length], as: UTF8.self) }
    let file = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { Glibc.close(file) }
    let count = read(file, &buffer, buffer.count)
    return count < 0 ? nil : String(decoding: buffer[..<count], as: UTF8.self)
  }

  /// The content of every file and link below a directory, by path.
  package static func contents(below directory: String) -> [String: String] {
    var found: [String: String] = [:]
    for name in names(in: directory) {
      let path = "\(directory)/\(name)"
      if isDirectory(path) {
        found.merge(contents(below: path)) { first, _ in first }
      } else if let content = content(of: path) {
        found[path] = content
      }
    }
    return found
  }
}
