internal import Posix

/// Reads lines from the reading end of a pipe as they come.
final class LineReader {
  private let descriptor: Descriptor
  private let loop: EventLoop
  private var watch: EventLoop.Token?
  private var splitter: LineSplitter
  private let handler: (_ line: String, _ isComplete: Bool) -> Void

  /// Calls `handler` for every line, and for the beginning of one whose end has not come yet: a prompt, say. A line that is
  /// longer than `longest` bytes is cut.
  init(
    _ descriptor: consuming Descriptor, longest: Int, loop: EventLoop,
    handler: @escaping (_ line: String, _ isComplete: Bool) -> Void
  ) throws(SystemError) {
    self.descriptor = descriptor
    self.loop = loop
    self.handler = handler
    splitter = LineSplitter(longest: longest)
    watch = try loop.whenReadable(self.descriptor) { [unowned self] in _ = takeWhatIsThere() }
  }

  /// Takes what has been written up to now, and stops.
  func finish() {
    while takeWhatIsThere() { continue }
    splitter.finish(handler)
    watch.map(loop.forget)
    watch = nil
  }

  /// False when there is no more, now or ever.
  private func takeWhatIsThere() -> Bool {
    guard let bytes = try? descriptor.read(), !bytes.isEmpty else {
      watch.map(loop.forget)
      return false
    }
    splitter.take(bytes, handler)
    return true
  }
}
