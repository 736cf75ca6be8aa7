internal import Glibc

extension HotReload {
  /// Reports that the server is ready, by `READY=1` of `sd_notify(3)`. systemd receives it too. Does nothing
  /// without `$NOTIFY_SOCKET`.
  public static func ready() { notify("READY=1") }

  /// Reports the status of the server as one line, by `STATUS=` of `sd_notify(3)`.
  public static func status(_ text: String) {
    notify("STATUS=" + text.split(whereSeparator: \.isNewline).joined(separator: " "))
  }

  /// Sends a datagram to `$NOTIFY_SOCKET`. Ignores errors.
  private static func notify(_ message: String) {
    guard let path = getenv("NOTIFY_SOCKET").map({ String(cString: $0) }),
      let address = try? SocketAddress(path: path)
    else { return }
    let descriptor = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor != -1 else { return }
    defer { close(descriptor) }
    let bytes = Array(message.utf8)
    _ = address.withPointer { sendto(descriptor, bytes, bytes.count, CInt(MSG_NOSIGNAL), $0, $1) }
  }
}
