/// Reads lines from a pipe as they arrive.
final class LineReader {
  private let descriptor: Descriptor
  private let loop: EventLoop
  private var watch: EventLoop.Token?
  private var splitter: LineSplitter
  private let handler: (_ line: String, _ isComplete: Bool) -> Void

  /// Calls `handler` for each line, and for the beginning of a line that has no end yet, such as a prompt. A
  /// line is cut after `longest` bytes. Throws ``SystemError`` if the descriptor cannot be watched.
  init(
    _ descriptor: consuming Descriptor, longest: Int, loop: EventLoop,
    handler: @escaping (_ line: String, _ isComplete: Bool) -> Void
  ) throws(SystemError) {
    self.descriptor = descriptor
    self.loop = loop
    self.handler = handler
    splitter = LineSplitter(longest: longest)
    watch = try loop.whenReadable(self.descriptor) { [unowned self] in _ = readAvailable() }
  }

  /// Reads the rest of what was written, and stops.
  func finish() {
    while readAvailable() { continue }
    splitter.finish(handler)
    watch.map(loop.forget)
    watch = nil
  }

  /// Reads once. Returns false if nothing is available.
  private func readAvailable() -> Bool {
    guard let bytes = try? descriptor.read(), !bytes.isEmpty else {
      watch.map(loop.forget)
      return false
    }
    splitter.take(bytes, handler)
    return true
  }
}
