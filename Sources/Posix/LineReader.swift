/// Reads lines from the reading end of a pipe as they come.
package final class LineReader {
  private let descriptor: Descriptor
  private let loop: EventLoop
  private var watch: EventLoop.Token?
  private var buffer: [UInt8] = []
  private let handler: (_ line: String, _ isComplete: Bool) -> Void

  /// Calls `handler` for every line, and for the beginning of one whose end has not come yet: a prompt, say.
  package init(
    _ descriptor: consuming Descriptor, loop: EventLoop,
    handler: @escaping (_ line: String, _ isComplete: Bool) -> Void
  ) throws(SystemError) {
    self.descriptor = descriptor
    self.loop = loop
    self.handler = handler
    watch = try loop.whenReadable(self.descriptor) { [unowned self] in _ = takeWhatIsThere() }
  }

  /// Takes what has been written up to now, and stops.
  package func finish() {
    while takeWhatIsThere() { continue }
    if !buffer.isEmpty { handler(String(decoding: buffer, as: UTF8.self), true) }
    buffer = []
    watch.map(loop.forget)
    watch = nil
  }

  /// False when there is no more, now or ever.
  private func takeWhatIsThere() -> Bool {
    guard let bytes = try? descriptor.read(), !bytes.isEmpty else {
      watch.map(loop.forget)
      return false
    }
    buffer += bytes
    var rest = buffer[...]
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      handler(String(decoding: rest[..<end], as: UTF8.self), true)
      rest = rest[(end + 1)...]
    }
    buffer = Array(rest)
    if !buffer.isEmpty { handler(String(decoding: buffer, as: UTF8.self), false) }
    return true
  }
}
