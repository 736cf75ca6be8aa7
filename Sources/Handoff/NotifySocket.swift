package import Posix

/// What a server says of itself, as to systemd (sd_notify(3)).
package enum Notification: Equatable, Sendable {
  /// `READY=1`
  case ready
  /// `STATUS=…`
  case status(String)
  /// `EXTEND_TIMEOUT_USEC=…`: what it is at takes this much longer.
  case needs(Duration)

  /// Those of a datagram, one assignment a line. What we have no use for is skipped: `STOPPING=1`, say, since the end of
  /// the process tells.
  package static func parse(_ text: String) -> [Notification] {
    text.split(separator: "\n").compactMap { line in
      guard let equals = line.firstIndex(of: "=") else { return nil }
      let value = line[line.index(after: equals)...]
      switch line[..<equals] {
      case "READY": return value == "1" ? .ready : nil
      case "STATUS": return .status(String(value.map { $0.isNewline || $0 == "\u{1B}" ? " " : $0 }))
      case "EXTEND_TIMEOUT_USEC": return Int64(value).map { .needs(.microseconds(max(0, $0))) }
      default: return nil
      }
    }
  }
}

/// The `$NOTIFY_SOCKET` of one generation: a Unix datagram socket with a path.
package final class NotifySocket {
  /// What the server finds in `NOTIFY_SOCKET`.
  package let path: String
  private let socket: DatagramSocket
  private let loop: EventLoop
  private var watch: EventLoop.Token?

  /// Binds it at `path`, and calls `handler` on the loop. Throws the errno of `bind(2)`.
  package init(path: String, loop: EventLoop, handler: @escaping (Notification) -> Void) throws(SystemError) {
    self.path = path
    self.loop = loop
    socket = try DatagramSocket(path: path)
    watch = try loop.whenReadable(socket.descriptor) { [unowned self] in
      while let text = socket.receive() { Notification.parse(text).forEach(handler) }
    }
  }

  /// Nobody is heard any more.
  package func close() {
    watch.map(loop.forget)
    watch = nil
    FileSystem.remove(path)
  }
}
