package import Posix

/// What servers do to files themselves: a Unix datagram socket at which the interposer tells of it, before the kernel tells
/// whoever watches.
package final class WrittenFiles {
  /// So much is remembered, at least, and twice of it at most.
  private static let limit = 10_000

  /// What is remembered: the latest, and what was before them.
  private var recent = Memory()
  private var earlier = Memory()
  private let path: String
  private let socket: DatagramSocket
  private let loop: EventLoop
  private var watch: EventLoop.Token?

  private struct Memory {
    /// Files as they were when a server closed, linked or moved them.
    var written: Set<FileSystem.Identity> = []
    /// Names that a server was about to remove.
    var removed: Set<String> = []
  }

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

  /// Whether a server has made the file what it is, or has removed it. To be asked when the kernel has told of the file.
  package func has(_ path: String) -> Bool {
    receive()
    if let file = FileSystem.identity(path) {
      return recent.written.contains(file) || earlier.written.contains(file)
    }
    if recent.removed.isEmpty, earlier.removed.isEmpty { return false }
    let parent = path.parentPath
    return take((FileSystem.realPath(parent) ?? parent) + path.dropFirst(parent.count))
  }

  /// A name tells of one removal only.
  private func take(_ name: String) -> Bool {
    let (isRecent, isEarlier) = (recent.removed.remove(name) != nil, earlier.removed.remove(name) != nil)
    return isRecent || isEarlier
  }

  private func receive() {
    while let text = socket.receive() { take(in: text) }
  }

  private func take(in text: String) {
    guard let blank = text.firstIndex(of: " ") else { return }
    let rest = text[text.index(after: blank)...]
    switch text[..<blank] {
    case "wrote":
      let words = rest.split(separator: " ")
      guard words.count == 4, let device = UInt64(words[0]), let inode = UInt64(words[1]),
        let size = Int64(words[2]), let modified = Int64(words[3])
      else { return }
      recent.written.insert(
        FileSystem.Identity(device: device, inode: inode, size: size, modified: modified))
    case "removed": recent.removed.insert(String(rest))
    case "kept": _ = take(String(rest))
    default: return
    }
    if recent.written.count + recent.removed.count >= Self.limit { (earlier, recent) = (recent, Memory()) }
  }
}
