package import Posix

/// A notification of a server to its service manager (sd_notify(3)).
package enum Notification: Equatable, Sendable {
  /// `READY=1`: the server has started.
  case ready
  /// `STATUS=…`: the state of the server, for people.
  case status(String)
  /// `EXTEND_TIMEOUT_USEC=…`: starting or stopping takes this much longer.
  case needs(Duration)
  /// `MAINPID=…`: the process with this pid is the server from now on.
  case mainProcess(CInt)
  /// `FDSTORE=1`: the descriptors that come with it are stored for later generations. `endsWithPeer` is
  /// whether a descriptor is removed when its peer has closed.
  case store(name: String, endsWithPeer: Bool)
  /// `FDSTOREREMOVE=1`: the stored descriptors of this name are removed.
  case remove(name: String)

  /// Returns the notifications of a datagram, which has one assignment a line.
  ///
  /// Other assignments are skipped: `STOPPING=1`, because the exit of the process is awaited anyway;
  /// `RELOADING=1` and `MONOTONIC_USEC`, because nothing waits for the end of a reload; `ERRNO` and
  /// `WATCHDOG`. `BARRIER=1` needs no notification either, because the descriptor that comes with it is
  /// closed like all unused ones.
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

  /// Returns whether a name can be part of `LISTEN_FDNAMES` (`FDNAME` of sd_notify(3)).
  private static func isName(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.count <= 255
      && name.utf8.allSatisfy { 0x20..<0x7F ~= $0 && $0 != UInt8(ascii: ":") }
  }
}

/// The `$NOTIFY_SOCKET` of one generation, a Unix domain datagram socket with a path.
package final class NotifySocket {
  /// The path of the socket, for the server's `NOTIFY_SOCKET`.
  package let path: String
  private let socket: DatagramSocket
  private let loop: EventLoop
  private var watch: EventLoop.Token?
  private let handler: (Notification, [ReceivedDescriptor]) -> Void

  /// Binds the socket at `path`. Throws the errno with the path.
  ///
  /// - Parameter handler: Called on the loop with each notification and the descriptors of its datagram.
  package init(
    path: String, loop: EventLoop, handler: @escaping (Notification, [ReceivedDescriptor]) -> Void
  ) throws(SystemError) {
    self.path = path
    self.loop = loop
    self.handler = handler
    socket = try DatagramSocket(path: path)
    watch = try loop.whenReadable(socket.descriptor) { [unowned self] in receive() }
  }

  /// Handles all notifications that have arrived.
  private func receive() {
    while let (text, descriptors) = socket.receive() {
      for notification in Notification.parse(text) { handler(notification, descriptors) }
    }
  }

  /// Handles the last notifications, closes the socket and removes its path.
  package func close() {
    if watch != nil { receive() }
    watch.map(loop.forget)
    watch = nil
    FileSystem.remove(path)
  }
}
