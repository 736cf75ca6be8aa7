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

  private enum Act: Equatable {
    /// A server closed, linked or moved the file in one of these states, the last one last.
    case written([FileSystem.Identity])
    /// A server was about to make a symbolic link there; that, once it was seen.
    case made(FileSystem.Identity?)
    /// A server was about to remove it.
    case removed
  }

  /// By the name that the kernel has for it: what was done last, and what was before that was remembered.
  private var recent: [String: Act] = [:]
  private var earlier: [String: Act] = [:]
  private var openAtEnd: [FileSystem.FileNumber: ContinuousClock.Instant] = [:]
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
    let parent = path.parentPath
    let name = (FileSystem.realPath(parent) ?? parent) + path.dropFirst(parent.count)
    guard let act = recent[name] ?? earlier[name] else { return false }
    switch act {
    case .written(let states):
      return FileSystem.identity(ofLink: path) == nil
        && FileSystem.identity(path).map(states.contains) == true
    case .made(let link):
      guard let found = FileSystem.identity(ofLink: path) else { return false }
      if link == nil { remember(name, .made(found)) }
      return link == nil || link == found
    case .removed:
      forget(name)
      return FileSystem.identity(ofLink: path) == nil && !FileSystem.exists(path)
    }
  }

  /// What servers had open to write when they ended, just now.
  package var filesOpenAtEnd: Set<FileSystem.FileNumber> {
    receive()
    let now = ContinuousClock.now
    openAtEnd = openAtEnd.filter { now < $0.value }
    return Set(openAtEnd.keys)
  }

  private func receive() {
    while let text = socket.receive() { take(in: text) }
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
    case "removed": remember(String(rest), .removed)
    case "kept": forget(String(rest))
    case "open":
      let words = rest.split(separator: " ")
      guard words.count == 2, let device = UInt64(words[0]), let inode = UInt64(words[1]) else { return }
      openAtEnd[FileSystem.FileNumber(device: device, inode: inode)] = .now + Self.memory
    default: return
    }
  }

  private func written(_ name: String, _ state: FileSystem.Identity) {
    var states = [state]
    if case .written(let before) = recent[name] ?? earlier[name] {
      states = before.filter { $0 != state }.suffix(Self.states - 1) + states
    }
    remember(name, .written(states))
  }

  private func remember(_ name: String, _ act: Act) {
    if recent.count >= Self.limit { (earlier, recent) = (recent, [:]) }
    recent[name] = act
  }

  private func forget(_ name: String) { (recent[name], earlier[name]) = (nil, nil) }
}
