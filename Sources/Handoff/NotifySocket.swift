package import Posix

/// What a server says of itself, as to systemd (sd_notify(3)).
package enum Notification: Equatable, Sendable {
  /// `READY=1`
  case ready
  /// `STATUS=…`
  case status(String)
  /// `EXTEND_TIMEOUT_USEC=…`: what it is at takes this much longer.
  case needs(Duration)
  /// `MAINPID=…`: this process is the server from now on.
  case mainProcess(CInt)
  /// `FDSTORE=1`: the descriptors that come with it are for the generations after it. `endsWithPeer`: not those whose peer
  /// is gone.
  case store(name: String, endsWithPeer: Bool)
  /// `FDSTOREREMOVE=1`: those of this name are not.
  case remove(name: String)

  /// Those of a datagram, one assignment a line. What we have no use for is skipped: `STOPPING=1`, since the end of the
  /// process tells, `RELOADING=1` and `MONOTONIC_USEC`, since nothing waits for the end of it, `ERRNO`, `WATCHDOG`. For
  /// `BARRIER=1` the descriptor that comes with it is closed, as all that nobody has a use for.
  package static func parse(_ text: String) -> [Notification] {
    let lines = text.split(separator: "\n").compactMap { (line: Substring) in
      line.firstIndex(of: "=").map { (name: line[..<$0], value: line[line.index(after: $0)...]) }
    }
    func last(_ name: String) -> Substring? { lines.last { $0.name == name }?.value }
    let name = last("FDNAME").map(String.init) ?? "stored"
    return lines.compactMap { line in
      switch line.name {
      case "READY": return line.value == "1" ? .ready : nil
      case "STATUS": return .status(String(line.value.map { $0.isNewline || $0 == "\u{1B}" ? " " : $0 }))
      case "EXTEND_TIMEOUT_USEC": return Int64(line.value).map { .needs(.microseconds(max(0, $0))) }
      case "MAINPID": return CInt(line.value).flatMap { $0 > 1 ? .mainProcess($0) : nil }
      case "FDSTORE":
        guard line.value == "1" else { return nil }
        return .store(name: isName(name) ? name : "stored", endsWithPeer: last("FDPOLL") != "0")
      case "FDSTOREREMOVE": return line.value == "1" && last("FDNAME") != nil ? .remove(name: name) : nil
      default: return nil
      }
    }
  }

  /// Whether it can be one of `LISTEN_FDNAMES`.
  private static func isName(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.count <= 255
      && name.utf8.allSatisfy { 0x20..<0x7F ~= $0 && $0 != UInt8(ascii: ":") }
  }
}

/// The `$NOTIFY_SOCKET` of one generation: a Unix datagram socket with a path.
package final class NotifySocket {
  /// What the server finds in `NOTIFY_SOCKET`.
  package let path: String
  private let socket: DatagramSocket
  private let loop: EventLoop
  private var watch: EventLoop.Token?
  private let handler: (Notification, [ReceivedDescriptor]) -> Void

  /// Binds it at `path`, and calls `handler` on the loop, also with the descriptors that have come with it. Throws the errno
  /// of `bind(2)`.
  package init(
    path: String, loop: EventLoop, handler: @escaping (Notification, [ReceivedDescriptor]) -> Void
  ) throws(SystemError) {
    self.path = path
    self.loop = loop
    self.handler = handler
    socket = try DatagramSocket(path: path)
    watch = try loop.whenReadable(socket.descriptor) { [unowned self] in receive() }
  }

  private func receive() {
    while let (text, descriptors) = socket.receive() {
      for notification in Notification.parse(text) { handler(notification, descriptors) }
    }
  }

  /// Nobody is heard any more, after the last words.
  package func close() {
    if watch != nil { receive() }
    watch.map(loop.forget)
    watch = nil
    FileSystem.remove(path)
  }
}
