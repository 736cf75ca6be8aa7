internal import CPosix
internal import Glibc

/// Files and directories, as far as we need them without Foundation.
package enum FileSystem {
  /// What tells one state of a file from another.
  package struct Identity: Hashable, Sendable {
    package let device: UInt64
    package let inode: UInt64
    package let size: Int64
    /// Last modification, in nanoseconds since 1970.
    package let modified: Int64

    /// All parts.
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

  /// `stat(2)`, or nil where there is no file.
  package static func identity(_ path: String) -> Identity? {
    var status = stat()
    return stat(path, &status) == 0 ? Identity(status) : nil
  }

  /// Whether there is something at `path` (`access(2)`).
  package static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// Since 1970; beyond the year 2262, which a file may claim to be of, any other number.
  static func nanoseconds(_ time: timespec) -> Int64 {
    Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
  }

  /// Whether there is a socket at `path` itself (`lstat(2)`).
  package static func isSocket(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFSOCK
  }

  /// Whether `path` is a directory.
  package static func isDirectory(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// Whether `path` is a regular file.
  package static func isFile(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// Whether `path` is a FIFO.
  package static func isFIFO(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO
  }

  /// Whether `path` is a file that may be executed.
  package static func isExecutable(_ path: String) -> Bool {
    access(path, X_OK) == 0 && !isDirectory(path)
  }

  /// Whether a program gets the rights of another user or group (`S_ISUID`, `S_ISGID`).
  package static func isPrivileged(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & (S_ISUID | S_ISGID) != 0
  }

  /// Whether `path` begins as an executable of this system does (elf(5)).
  package static func isBinary(_ path: String) -> Bool {
    guard let head = try? Descriptor.open(path, O_RDONLY).read() else { return false }
    return head.starts(with: [0x7F, 0x45, 0x4C, 0x46])
  }

  /// Whether `path` is a directory that is ours, and that nobody else can enter.
  package static func isPrivateDirectory(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR && status.st_uid == geteuid()
      && status.st_mode & 0o077 == 0
  }

  /// Whether another user owns `path`, or may write to it (`lstat(2)`). False if there is nothing.
  package static func isWritableByOthers(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && (status.st_uid != geteuid() || status.st_mode & 0o022 != 0)
  }

  /// Makes `path` and its missing parents; those it makes are for this user only.
  package static func makeDirectories(_ path: String) throws(SystemError) {
    if isDirectory(path) { return }
    try makeDirectories(path.parentPath)
    if mkdir(path, 0o700) == -1, errno != EEXIST { throw SystemError("mkdir", path) }
  }

  /// The names in a directory; none where it cannot be read.
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

  /// The absolute path without links, `.` and `..` (`realpath(3)`), or nil where there is nothing.
  package static func realPath(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// `lstat(2)`, or nil where there is no symbolic link.
  package static func identity(ofLink path: String) -> Identity? {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK ? Identity(status) : nil
  }

  /// What the link says (`readlink(2)`), or nil.
  package static func linkTarget(_ path: String) -> String? {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlink(path, &buffer, buffer.count)
    return count < 0
      ? nil : String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// The whole of a file.
  package static func read(_ path: String) throws(SystemError) -> [UInt8] {
    let file = try Descriptor.open(path, O_RDONLY)
    var bytes: [UInt8] = []
    while let part = try file.read(), !part.isEmpty { bytes += part }
    return bytes
  }

  /// Writes a file anew, for this user only.
  package static func write(_ text: String, to path: String) throws(SystemError) {
    try Descriptor.open(path, O_WRONLY | O_CREAT | O_TRUNC).write(text)
  }

  /// `rename(2)`.
  package static func move(_ path: String, to target: String) throws(SystemError) {
    try check("rename", target) { rename(path, target) }
  }

  /// Removes a file; one that is not there is no error.
  package static func remove(_ path: String) { unlink(path) }

  /// Removes a directory if it is empty.
  package static func removeDirectory(_ path: String) { rmdir(path) }

  /// Removes what is at `path`, of a directory all that is in it. Links are not followed.
  package static func removeAll(_ path: String) {
    guard unlink(path) == -1, errno == EISDIR else { return }
    for name in names(in: path) { removeAll("\(path)/\(name)") }
    rmdir(path)
  }

  /// A second name for the file (`link(2)`).
  package static func link(_ path: String, to name: String) throws(SystemError) {
    try check("link", name) { Glibc.link(path, name) }
  }

  /// A copy of the file, with its mode (`copy_file_range(2)`).
  package static func copy(_ path: String, to target: String) throws(SystemError) {
    let source = try Descriptor.open(path, O_RDONLY)
    var status = stat()
    fstat(source.number, &status)
    let copy = try Descriptor.open(target, O_WRONLY | O_CREAT | O_EXCL, mode: UInt32(status.st_mode & 0o777))
    let (from, to) = (source.number, copy.number)
    while try check("copy_file_range", target, { cposix_copy(from, to) }) > 0 { continue }
  }

  /// Whether two files have the same bytes.
  package static func haveSameContent(_ path: String, _ other: String) -> Bool {
    guard let first = try? Descriptor.open(path, O_RDONLY), let second = try? Descriptor.open(other, O_RDONLY)
    else {
      return false
    }
    return cposix_same_content(first.number, second.number) == 1
  }

  /// Takes the lock of a file (`flock(2)`) without waiting; false if another process has it.
  package static func lock(_ file: borrowing Descriptor) -> Bool {
    flock(file.number, LOCK_EX | LOCK_NB) == 0
  }
}

/// The calling process.
package enum CurrentProcess {
  /// Its pid.
  package static var identifier: CInt { getpid() }
  /// The pid of its parent.
  package static var parent: CInt { getppid() }
  /// Gives memory that was freed back to the system. malloc_trim(3).
  package static func trimMemory() { malloc_trim(0) }
  /// How long the calling thread has run. clock_gettime(2), CLOCK_THREAD_CPUTIME_ID.
  package static var threadTime: Duration {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }
  /// Its effective user.
  package static var user: UInt32 { geteuid() }
  /// What `ps` and `top` call it, up to 15 bytes (`PR_SET_NAME` of the main thread). Set from the main thread.
  package static var name: String {
    get {
      (try? FileSystem.read("/proc/self/comm")).map { String(decoding: $0.dropLast(), as: UTF8.self) } ?? ""
    }
    set { cposix_set_name(newValue) }
  }
  /// How many processors there are for it.
  package static var processors: Int { max(1, sysconf(CInt(_SC_NPROCESSORS_ONLN))) }
  /// Its working directory.
  package static var directory: String {
    guard let path = getcwd(nil, 0) else { return "/" }
    defer { free(path) }
    return String(cString: path)
  }
  /// A variable of its environment.
  package static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

  /// Its environment, as `NAME=value`.
  package static var environment: [String] {
    var strings: [String] = []
    var next = cposix_environment()
    while let string = next?.pointee {
      strings.append(String(cString: string))
      next = next?.advanced(by: 1)
    }
    return strings
  }

  /// Whether nothing is done upon a signal, as whoever started it may want.
  package static func isIgnoring(_ signal: CInt) -> Bool { cposix_is_ignored(signal) != 0 }

  /// Whether there is a process with this pid.
  package static func exists(_ pid: CInt) -> Bool { kill(pid, 0) == 0 || errno != ESRCH }

  /// Where the shell would find a program, or nil.
  package static func find(_ program: String) -> String? {
    for directory in (variable("PATH") ?? "/usr/bin:/bin").split(separator: ":") {
      let path = "\(directory)/\(program)"
      if FileSystem.isExecutable(path) { return path }
    }
    return nil
  }
}
