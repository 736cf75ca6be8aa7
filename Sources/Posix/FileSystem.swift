internal import CPosix
internal import Glibc

/// Functions for files and directories that do not need Foundation.
package enum FileSystem {
  /// The device, inode, size and modification time of a file, which tell one state of it from another.
  package struct Identity: Hashable, Sendable {
    /// The device (`st_dev`).
    package let device: UInt64
    /// The inode (`st_ino`).
    package let inode: UInt64
    /// The size in bytes.
    package let size: Int64
    /// The time of the last modification (`st_mtim`), in nanoseconds since 1970.
    package let modified: Int64

    /// Creates an identity from its parts.
    package init(device: UInt64, inode: UInt64, size: Int64, modified: Int64) {
      self.device = device
      self.inode = inode
      self.size = size
      self.modified = modified
    }

    init(_ status: stat) {
      device = UInt64(status.st_dev)
      inode = UInt64(status.st_ino)
      size = Int64(status.st_size)
      modified = FileSystem.nanoseconds(status.st_mtim)
    }
  }

  /// Returns the identity of a file (stat(2)), or `nil` if there is none.
  package static func identity(_ path: String) -> Identity? {
    var status = stat()
    return stat(path, &status) == 0 ? Identity(status) : nil
  }

  /// Returns whether something exists at `path` (access(2)). Links are followed.
  package static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// Returns the time in nanoseconds since 1970. Wraps around for times after the year 2262, which a file may
  /// have.
  static func nanoseconds(_ time: timespec) -> Int64 {
    Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
  }

  /// Returns whether `path` itself is a socket (lstat(2)).
  package static func isSocket(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFSOCK
  }

  /// Returns whether `path` is a directory, or a link to one (stat(2)).
  package static func isDirectory(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// Returns whether `path` is a regular file, or a link to one (stat(2)).
  package static func isFile(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// Returns whether `path` is a FIFO, or a link to one (stat(2)).
  package static func isFIFO(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO
  }

  /// Returns whether `path` is a file that this process may execute (access(2)).
  package static func isExecutable(_ path: String) -> Bool {
    access(path, X_OK) == 0 && !isDirectory(path)
  }

  /// Returns whether a program has the set-user-ID or set-group-ID bit (`S_ISUID`, `S_ISGID` of inode(7)).
  package static func isPrivileged(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & (S_ISUID | S_ISGID) != 0
  }

  /// Returns whether a file begins with the ELF magic number (elf(5)).
  package static func isBinary(_ path: String) -> Bool {
    guard let head = try? Descriptor.open(path, O_RDONLY).read() else { return false }
    return head.starts(with: [0x7F, 0x45, 0x4C, 0x46])
  }

  /// Returns whether `path` is a directory of this user, and not a link, that no other user can enter.
  package static func isPrivateDirectory(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR && status.st_uid == geteuid()
      && status.st_mode & 0o077 == 0
  }

  /// Returns whether another user owns `path`, or may write to it (lstat(2)). Returns `false` if nothing
  /// exists there.
  package static func isWritableByOthers(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && (status.st_uid != geteuid() || status.st_mode & 0o022 != 0)
  }

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

  /// Returns the identity of a symbolic link itself (lstat(2)), or `nil` if `path` is no link.
  package static func identity(ofLink path: String) -> Identity? {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK ? Identity(status) : nil
  }

  /// Returns the target of a symbolic link as it is written there (readlink(2)), or `nil` if `path` is no
  /// link.
  package static func linkTarget(_ path: String) -> String? {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlink(path, &buffer, buffer.count)
    return count < 0
      ? nil : String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Reads a whole file. Throws the errno with the path.
  package static func read(_ path: String) throws(SystemError) -> [UInt8] {
    let file = try Descriptor.open(path, O_RDONLY)
    var bytes: [UInt8] = []
    while let part = try file.read(), !part.isEmpty { bytes += part }
    return bytes
  }

  /// Replaces the content of a file. A new file has mode 0600. Throws the errno with the path.
  package static func write(_ text: String, to path: String) throws(SystemError) {
    try Descriptor.open(path, O_WRONLY | O_CREAT | O_TRUNC).write(text)
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

  /// Copies a file and its permissions to `target`, which must not exist (copy_file_range(2)). Throws the
  /// errno with the path.
  package static func copy(_ path: String, to target: String) throws(SystemError) {
    let source = try Descriptor.open(path, O_RDONLY)
    var status = stat()
    fstat(source.number, &status)
    let copy = try Descriptor.open(target, O_WRONLY | O_CREAT | O_EXCL, mode: UInt32(status.st_mode & 0o777))
    let (from, to) = (source.number, copy.number)
    while try check("copy_file_range", target, { cposix_copy(from, to) }) > 0 { continue }
  }

  /// Returns whether two files can be read and have the same bytes.
  package static func haveSameContent(_ path: String, _ other: String) -> Bool {
    guard let first = try? Descriptor.open(path, O_RDONLY), let second = try? Descriptor.open(other, O_RDONLY)
    else {
      return false
    }
    return cposix_same_content(first.number, second.number) == 1
  }

  /// Takes the lock of a file without waiting (flock(2)). Returns whether it was free.
  package static func lock(_ file: borrowing Descriptor) -> Bool {
    flock(file.number, LOCK_EX | LOCK_NB) == 0
  }
}

/// The calling process (getpid(2) and others).
package enum CurrentProcess {
  /// The pid of this process.
  package static var identifier: CInt { getpid() }
  /// The pid of its parent.
  package static var parent: CInt { getppid() }
  /// Returns freed memory to the system (malloc_trim(3)).
  package static func trimMemory() { malloc_trim(0) }
  /// The processor time of the calling thread (clock_gettime(2), `CLOCK_THREAD_CPUTIME_ID`).
  package static var threadTime: Duration {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }
  /// The effective user id (geteuid(2)).
  package static var user: UInt32 { geteuid() }
  /// The name that `ps` and `top` show, at most 15 bytes (`PR_SET_NAME` of prctl(2)). Set it on the main
  /// thread.
  package static var name: String {
    get {
      (try? FileSystem.read("/proc/self/comm")).map { String(decoding: $0.dropLast(), as: UTF8.self) } ?? ""
    }
    set { cposix_set_name(newValue) }
  }
  /// The number of processors that are online, at least 1 (sysconf(3)).
  package static var processors: Int { max(1, sysconf(CInt(_SC_NPROCESSORS_ONLN))) }
  /// The working directory (getcwd(3)), or `/` if it was removed.
  package static var directory: String {
    guard let path = getcwd(nil, 0) else { return "/" }
    defer { free(path) }
    return String(cString: path)
  }
  /// Returns the value of an environment variable, or `nil` if it is not set (getenv(3)).
  package static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

  /// The environment, as `NAME=value` (environ(7)).
  package static var environment: [String] {
    var strings: [String] = []
    var next = cposix_environment()
    while let string = next?.pointee {
      strings.append(String(cString: string))
      next = next?.advanced(by: 1)
    }
    return strings
  }

  /// Returns whether a signal is ignored (`SIG_IGN`), as the process that started this one may have set it.
  package static func isIgnoring(_ signal: CInt) -> Bool { cposix_is_ignored(signal) != 0 }

  /// Returns whether a process with this pid exists (kill(2) with signal 0).
  package static func exists(_ pid: CInt) -> Bool { kill(pid, 0) == 0 || errno != ESRCH }

  /// Returns the path of a program that is searched for in `PATH`, or `nil` if there is none.
  package static func find(_ program: String) -> String? {
    for directory in (variable("PATH") ?? "/usr/bin:/bin").split(separator: ":") {
      let path = "\(directory)/\(program)"
      if FileSystem.isExecutable(path) { return path }
    }
    return nil
  }
}
