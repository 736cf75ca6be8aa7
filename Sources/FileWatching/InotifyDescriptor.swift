internal import Glibc

/// An inotify instance, closed when it goes out of scope. Each method is one call of inotify(7).
struct InotifyDescriptor: ~Copyable {
  let number: Int32

  /// What came of a wish to watch a directory.
  enum Addition: Equatable {
    case watching(Int32)
    /// There is no directory at that path.
    case absent
    /// There is one, and we must not read it, or its file system does not answer.
    case unreadable
    /// The limit of watches is reached.
    case full
    /// There is no instance.
    case closed
  }

  /// inotify_init1(2), non-blocking and closed on exec.
  init() throws(WatchError) {
    number = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
    guard number < 0 else { return }
    let failure = errno
    // EMFILE has two causes. If another descriptor can still be had, it is not this process's limit.
    let spare = failure == EMFILE ? fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0) : -1
    guard spare >= 0 else { throw .failed(call: "inotify_init1", path: nil, errno: failure) }
    close(spare)
    throw .instanceLimit(.instances())
  }

  private init(number: Int32) { self.number = number }

  /// None: nothing can be watched.
  static func closed() -> InotifyDescriptor { InotifyDescriptor(number: -1) }

  var isOpen: Bool { number >= 0 }

  deinit {
    // After a failed initialisation there is nothing to close.
    if number >= 0 { close(number) }
  }

  /// inotify_add_watch(2). A directory that is watched already, at this or at another path, keeps its number.
  /// IN_MASK_ADD: then it keeps the events that it is watched for, too.
  func add(_ path: String, mask: UInt32) throws(WatchError) -> Addition {
    if !isOpen { return .closed }
    let watch = inotify_add_watch(number, path, mask | UInt32(IN_ONLYDIR | IN_MASK_ADD))
    if watch >= 0 { return .watching(watch) }
    switch errno {
    case ENOENT, ENOTDIR, ELOOP, ENAMETOOLONG: return .absent
    case let failure where OpenDirectory.unreadable.contains(failure): return .unreadable
    case ENOSPC: return .full
    case let failure: throw .failed(call: "inotify_add_watch", path: path, errno: failure)
    }
  }

  /// inotify_rm_watch(2). That the kernel has already removed it (EINVAL) is fine.
  func remove(_ watch: Int32) {
    if isOpen { _ = inotify_rm_watch(number, watch) }
  }

  /// How many bytes of events wait to be read. ioctl(2) FIONREAD.
  func pendingBytes() throws(WatchError) -> Int {
    var bytes: Int32 = 0
    guard ioctl(number, UInt(FIONREAD), &bytes) == 0 else {
      throw .failed(call: "ioctl(FIONREAD)", path: nil, errno: errno)
    }
    return Int(bytes)
  }

  /// As many waiting events as fit into 64 KiB, and their size in bytes; 0 if none waits. read(2).
  func read() throws(WatchError) -> (events: [InotifyEvent], bytes: Int) {
    let (events, count, failure) = withUnsafeTemporaryAllocation(byteCount: 65_536, alignment: 8) {
      buffer -> ([InotifyEvent], Int, Int32) in
      while true {
        let count = Glibc.read(number, buffer.baseAddress, buffer.count)
        if count >= 0 {
          return (InotifyEvent.all(in: UnsafeRawBufferPointer(rebasing: buffer[..<count])), count, 0)
        }
        if errno == EAGAIN { return ([], 0, 0) }
        if errno != EINTR { return ([], -1, errno) }
      }
    }
    guard count >= 0 else { throw .failed(call: "read", path: "inotify", errno: failure) }
    return (events, count)
  }
}
