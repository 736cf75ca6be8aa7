internal import Glibc

/// An inotify instance with one owner (inotify(7)). It is closed when it goes out of scope. Each method is
/// one system call.
struct InotifyDescriptor: ~Copyable {
  /// The number of the descriptor, or -1 if there is no instance.
  let number: Int32

  /// The result of adding a watch.
  enum Addition: Equatable {
    /// The directory is watched, with this number.
    case watching(Int32)
    /// There is no directory at the path.
    case absent
    /// The directory cannot be read, or its file system does not answer.
    case unreadable
    /// The limit of watches is reached (ENOSPC).
    case full
    /// There is no instance.
    case closed
  }

  /// Creates an instance that is non-blocking and closed on execve(2) (inotify_init1(2)). Throws
  /// ``WatchError``.
  init() throws(WatchError) {
    number = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
    guard number < 0 else { return }
    let failure = errno
    // EMFILE has two causes. If another descriptor can be opened, the limit of this process is not the cause.
    let spare = failure == EMFILE ? fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0) : -1
    guard spare >= 0 else { throw .failed(call: "inotify_init1", path: nil, errno: failure) }
    close(spare)
    throw .instanceLimit(.instances())
  }

  private init(number: Int32) { self.number = number }

  /// Returns a value without an instance, with which nothing can be watched.
  static func closed() -> InotifyDescriptor { InotifyDescriptor(number: -1) }

  /// Whether there is an instance.
  var isOpen: Bool { number >= 0 }

  deinit {
    // After a failed initialization there is nothing to close.
    if number >= 0 { close(number) }
  }

  /// Watches a directory (inotify_add_watch(2)). A directory that is watched already, at this or another
  /// path, keeps its number and its other events (IN_MASK_ADD). Throws ``WatchError``.
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

  /// Removes a watch (inotify_rm_watch(2)). Does nothing if the kernel has removed it already (EINVAL).
  func remove(_ watch: Int32) {
    if isOpen { _ = inotify_rm_watch(number, watch) }
  }

  /// Returns the size of the queued events in bytes (FIONREAD of ioctl(2)). Throws ``WatchError``.
  func pendingBytes() throws(WatchError) -> Int {
    var bytes: Int32 = 0
    guard ioctl(number, UInt(FIONREAD), &bytes) == 0 else {
      throw .failed(call: "ioctl(FIONREAD)", path: nil, errno: errno)
    }
    return Int(bytes)
  }

  /// Reads the queued events that fit into 64 KiB, and returns them with their size in bytes, which is 0 if
  /// there are none (read(2)). Throws ``WatchError``.
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
