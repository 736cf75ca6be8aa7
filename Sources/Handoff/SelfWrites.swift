package import Posix

/// The self-writes of servers. The interposer reports each over a Unix domain datagram socket before the
/// kernel reports it to a watcher.
package final class SelfWrites {
  /// The number of names after which earlier ones are forgotten. At most twice as many are remembered.
  private static let limit = 4096
  /// The number of states that are remembered of a file that is written repeatedly.
  private static let states = 4
  /// How long the files that were open at the exit of a server are remembered. The kernel reports their
  /// writes at that time.
  private static let memory: Duration = .seconds(1)
  /// The time after the report of an exit in which the streams of the server may still be flushed, in
  /// nanoseconds.
  private static let flush: Int64 = 50_000_000

  /// The last change of a server to a name.
  private enum Act: Equatable {
    /// A server closed, linked or moved the file in one of these states, of which the last one is the newest.
    case written([FileSystem.Identity])
    /// A server was about to create a symbolic link. The identity is that of the link once it has been seen.
    case made(FileSystem.Identity?)
    /// A server was about to remove the file, which was in one of these states.
    case removed([FileSystem.Identity])
  }

  /// The last changes, by the path with the links of its directory resolved. `recent` has the newest ones,
  /// and `earlier` those before them.
  private var recent: [String: Act] = [:]
  private var earlier: [String: Act] = [:]
  /// The files that servers had open for writing when they exited. A change until `until` (nanoseconds since
  /// 1970, by the clock of file systems) is a self-write. The entry is dropped at `isRemembered`.
  private var openAtEnd: [FileSystem.FileNumber: (until: Int64, isRemembered: ContinuousClock.Instant)] = [:]
  /// The path of the socket.
  private let path: String
  private let socket: DatagramSocket
  private let loop: EventLoop
  private var watch: EventLoop.Token?

  /// Binds the socket at `path`. Throws the errno with the path.
  package init(path: String, loop: EventLoop) throws(SystemError) {
    self.path = path
    self.loop = loop
    socket = try DatagramSocket(path: path)
    watch = try loop.whenReadable(socket.descriptor) { [unowned self] in receive() }
  }

  /// Closes the socket and removes its path.
  package func close() {
    watch.map(loop.forget)
    watch = nil
    FileSystem.remove(path)
  }

  /// Returns whether the current state of `path` is a self-write: a server has written, linked, moved or
  /// removed it. Call it after the kernel has reported the change. A removal is reported only once.
  package func has(_ path: String) -> Bool {
    receive()
    if recent.isEmpty, earlier.isEmpty { return false }
    let name = kernelName(path)
    if let link = FileSystem.identity(ofLink: path) { return has(link, at: path, name) }
    let file = FileSystem.identity(path)
    switch recent[name] ?? earlier[name] {
    case .written(let states): return file.map(states.contains) == true
    case .removed(let states):
      // The file has not been removed yet, or the removal failed.
      if let file, states.contains(file) { return true }
      forget(name)
      return file == nil
    case .made, nil: return false
    }
  }

  /// Returns whether a server has written or removed `path` before, whatever its state is now.
  package func knows(_ path: String) -> Bool {
    if recent.isEmpty, earlier.isEmpty { return false }
    let name = kernelName(path)
    return recent[name] != nil || earlier[name] != nil
  }

  /// Returns the path with the links in its directory resolved, as the interposer reports it.
  private func kernelName(_ path: String) -> String {
    let parent = path.parentPath
    return (FileSystem.realPath(parent) ?? parent) + path.dropFirst(parent.count)
  }

  /// Returns whether a symbolic link, or the file that it leads to, is a self-write.
  private func has(_ link: FileSystem.Identity, at path: String, _ name: String) -> Bool {
    if case .made(let known) = recent[name] ?? earlier[name] {
      if known == nil { remember(name, .made(link)) }
      if known == nil || known == link { return true }
    }
    // The target was written after the link was created.
    guard let target = FileSystem.realPath(path), let file = FileSystem.identity(path),
      link.modified < file.modified, case .written(let states) = recent[target] ?? earlier[target]
    else { return false }
    return states.contains(file)
  }

  /// The files that servers had open for writing when they exited recently. Changes of a file until the given
  /// time, in nanoseconds since 1970, are self-writes.
  package var filesOpenAtEnd: [FileSystem.FileNumber: Int64] {
    receive()
    let now = ContinuousClock.now
    openAtEnd = openAtEnd.filter { now < $0.value.isRemembered }
    return openAtEnd.mapValues(\.until)
  }

  /// Reads all reports that have arrived.
  private func receive() {
    while let text = socket.receive()?.text {
      MessageTrace.received(notice: text)
      take(in: text)
    }
  }

  /// Parses a report. Reports that are not of the protocol are ignored.
  private func take(in text: String) {
    guard let blank = text.firstIndex(of: " ") else { return }
    let rest = text[text.index(after: blank)...]
    switch text[..<blank] {
    case "wrote":
      let words = rest.split(separator: " ", maxSplits: 4)
      guard words.count == 5, let device = UInt64(words[0]), let inode = UInt64(words[1]),
        let size = Int64(words[2]), let modified = Int64(words[3])
      else { return }
      let state = FileSystem.Identity(device: device, inode: inode, size: size, modified: modified)
      written(String(words[4]), state)
    case "made": remember(String(rest), .made(nil))
    case "removed": remember(String(rest), .removed(states(of: String(rest))))
    case "kept": forget(String(rest))
    case "open":
      let words = rest.split(separator: " ")
      guard words.count == 2, let device = UInt64(words[0]), let inode = UInt64(words[1]) else { return }
      openAtEnd[FileSystem.FileNumber(device: device, inode: inode)] = (
        FileSystem.coarseTime + Self.flush, .now + Self.memory
      )
    default: return
    }
  }

  /// Records the state in which a server has written a file.
  private func written(_ name: String, _ state: FileSystem.Identity) {
    let before = states(of: name).filter { $0 != state }.suffix(Self.states - 1)
    remember(name, .written(before + [state]))
  }

  /// Returns the states in which servers have written a file.
  private func states(of name: String) -> [FileSystem.Identity] {
    switch recent[name] ?? earlier[name] {
    case .written(let states), .removed(let states): states
    case .made, nil: []
    }
  }

  /// Records the last change of a name.
  private func remember(_ name: String, _ act: Act) {
    if recent.count >= Self.limit { (earlier, recent) = (recent, [:]) }
    recent[name] = act
  }

  private func forget(_ name: String) { (recent[name], earlier[name]) = (nil, nil) }
}
