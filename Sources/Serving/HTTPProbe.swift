internal import Posix

/// One HTTP/1.1 `GET` request on a connection of its own.
final class HTTPProbe {
  enum Answer: Equatable {
    case status(Int)
    /// The connection ended, nothing came in time, or the answer was not HTTP/1.
    case none
  }

  private let connection: Descriptor
  private let loop: EventLoop
  private var watch: EventLoop.Token?
  private var timer: EventLoop.Token?
  private var received: [UInt8] = []
  private let answered: (Answer) -> Void

  /// Requests `path`. Calls `answered` once on the loop, unless the probe is cancelled before. A `timeout` of `nil`
  /// means that the caller cancels it in time.
  init(
    _ path: String, _ connection: consuming Descriptor, loop: EventLoop, timeout: Duration? = .seconds(5),
    answered: @escaping (Answer) -> Void
  ) {
    self.connection = connection
    self.loop = loop
    self.answered = answered
    try? self.connection.write(
      "GET \(path) HTTP/1.1\r\nHost: localhost\r\nUser-Agent: hotreload\r\nConnection: close\r\n\r\n")
    watch = try? loop.whenReadable(self.connection) { [unowned self] in receive() }
    timer = timeout.map { timeout in
      loop.after(timeout) { [unowned self] in
        timer = nil
        end(.none)
      }
    }
  }

  /// Cancels the probe. `answered` is not called.
  func cancel() {
    watch.map(loop.forget)
    timer.map(loop.forget)
    (watch, timer) = (nil, nil)
  }

  private func receive() {
    guard let bytes = try? connection.read() ?? [] else { return end(.none) }
    received += bytes
    // The first 12 bytes are `HTTP/1.1 200`.
    if received.count < 12, !bytes.isEmpty { return }
    let words = String(decoding: received.prefix(12), as: UTF8.self).split(separator: " ")
    guard words.count == 2, words[0].hasPrefix("HTTP/1."), let code = Int(words[1]) else { return end(.none) }
    end(.status(code))
  }

  private func end(_ answer: Answer) {
    cancel()
    answered(answer)
  }
}
