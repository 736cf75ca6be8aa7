package import Posix

/// What servers do to files themselves: a Unix datagram socket at which the interposer tells of it, before the kernel tells
/// whoever watches.
package final class WrittenFiles {
  /// Of so many names something is remembered, at least, and of twice as many at most.
  private static let limit = 4096
  /// Of a file that is written time and again: so many of its states.
  private static let states = 4
  /// How long what was open when a server ended is remembered: the kernel tells of it then.
  private static let memory: Duration = .seconds(1)
  /// In nanoseconds: how long after it has told so its streams may still be written.
  private static let flush: Int64 = 50_000_000

  private enum Act: Equatable {
    /// A server closed, linked or moved the file in one of these states, the last one last.
    case written([FileSystem.Identity])
    /// A server was about to make a symbolic link there; that, once it was seen.
    case made(FileSystem.Identity?)
    /// A server was about to remove it; it was in one of these states.
    case removed([FileSystem.Identity])
  }

  /// By the name that the kernel has for it: what was done last, and what was before that was remembered.
  private var recent: [String: Act] = [:]
  private var earlier: [String: Act] = [:]
  /// Until when each is a server's, by the clock of file systems.
  private var openAtEnd: [FileSystem.FileNumber: (until: Int64, isRemembered: ContinuousClock.Instant)] = [:]
  private let path: String
  private let socket: DatagramSocket
  private let loop: EventLoop
  private var watch: EventLoop.Token?

  /// Binds it at `path`. Throws the errno of `bind(2)`.
  package init(path: String, loop: EventLoop) throws(SystemError) {
    self.path = path
    self.loop = loop
    socket = try DatagramSocket(path: path)
    watch = try loop.whenReadable(socket.descriptor) { [unowned self] in receive() }
  }

  /// Nobody is heard any more.
  package func close() {
    watch.map(loop.forget)
    watch = nil
    FileSystem.remove(path)
  }

  /// Whether a server has made what has this name what it is, or has taken it away. To be asked when the kernel has told of
  /// it; a name that was taken away is known once.
  package func has(_ path: String) -> Bool {
    receive()
    if recent.isEmpty, earlier.isEmpty { return false }
    let name = kernelName(path)
    if let link = FileSystem.identity(ofLink: path) { return has(link, at: path, name) }
    let file = FileSystem.identity(path)
    switch recent[name] ?? earlier[name] {
    case .written(let states): return file.map(states.contains) == true
    case .removed(let states):
      // Not yet, or no more.
      if let file, states.contains(file) { return true }
      forget(name)
      return file == nil
    case .made, nil: return false
    }
  }

  /// Whether a server has written what has this name, in whatever state it is now.
  package func knows(_ path: String) -> Bool {
    if recent.isEmpty, earlier.isEmpty { return false }
    let name = kernelName(path)
    return recent[name] != nil || earlier[name] != nil
  }

  private func kernelName(_ path: String) -> String {
    let parent = path.parentPath
    return (FileSystem.realPath(parent) ?? parent) + path.dropFirst(parent.count)
  }

  private func has(_ link: FileSystem.Identity, at path: String, _ name: String) -> Bool {
    if case .made(let known) = recent[name] ?? earlier[name] {
      if known == nil { remember(name, .made(link)) }
      if known == nil || known == link { return true }
    }
    // What it leads to was written since it was made.
    guard let target = FileSystem.realPath(path), let file = FileSystem.identity(path),
      link.modified < file.modified, case .written(let states) = recent[target] ?? earlier[target]
    else { return false }
    return states.contains(file)
  }

  /// What servers had open to write when they ended, just now, and until when what is changed of it is their doing, in
  /// nanoseconds since 1970.
  package var filesOpenAtEnd: [FileSystem.FileNumber: Int64] {
    receive()
    let now = ContinuousClock.now
    openAtEnd = openAtEnd.filter { now < $0.value.isRemembered }
    return openAtEnd.mapValues(\.until)
  }

  private func receive() {
    while let text = socket.receive()?.text { take(in: text) }
  }

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
        FileSystem.now + Self.flush, .now + Self.memory
      )
    default: return
    }
  }

  private func written(_ name: String, _ state: FileSystem.Identity) {
    let before = states(of: name).filter { $0 != state }.suffix(Self.states - 1)
    remember(name, .written(before + [state]))
  }

  private func states(of name: String) -> [FileSystem.Identity] {
    switch recent[name] ?? earlier[name] {
    case .written(let states), .removed(let states): states
    case .made, nil: []
    }
  }

  private func remember(_ name: String, _ act: Act) {
    if recent.count >= Self.limit { (earlier, recent) = (recent, [:]) }
    recent[name] = act
  }

  private func forget(_ name: String) { (recent[name], earlier[name]) = (nil, nil) }
}
