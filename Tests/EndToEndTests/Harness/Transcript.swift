import Foundation

/// The lines that a process writes, collected on a thread of its own as they come.
final class Transcript: @unchecked Sendable {
  private let condition = NSCondition()
  private var lines: [String] = []
  private var rest: [UInt8] = []
  private var seen: [String: Int] = [:]
  private var isOver = false

  /// Reads from `descriptor`, and closes it at its end.
  init(readingFrom descriptor: Int32) {
    Thread { [self] in
      var buffer = [UInt8](repeating: 0, count: 65_536)
      while true {
        let count = read(descriptor, &buffer, buffer.count)
        if count < 0, errno == EINTR { continue }
        take(buffer.prefix(max(count, 0)))
        if count <= 0 { break }  // a terminal ends with EIO
      }
      close(descriptor)
    }.start()
  }

  private func take(_ bytes: ArraySlice<UInt8>) {
    condition.lock()
    rest += bytes
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      lines.append(String(decoding: rest[..<end], as: UTF8.self))
      rest.removeSubrange(...end)
    }
    if bytes.isEmpty {
      if !rest.isEmpty { lines.append(String(decoding: rest, as: UTF8.self)) }
      isOver = true
    }
    condition.broadcast()
    condition.unlock()
  }

  /// Waits for a line that contains `text`. Another call with the same text waits for the second such line.
  /// Lines with other texts may come before or after it, because two processes write.
  @discardableResult
  func await(_ text: String) throws -> String {
    try condition.await("a line with '\(text)'") {
      if let index = lines[seen[text, default: 0]...].firstIndex(where: { $0.contains(text) }) {
        seen[text] = index + 1
        return lines[index]
      }
      if isOver { throw EndedWithout(text: text) }
      return nil
    }
  }

  /// Waits until no process can write any more. Returns everything.
  func awaitEnd() throws -> String {
    try condition.await("the end of the output") { isOver ? text : nil }
  }

  /// Returns the lines so far that contain `text`.
  func lines(with text: String) -> [String] {
    condition.lock()
    defer { condition.unlock() }
    return lines.filter { $0.contains(text) }
  }

  /// All output so far.
  var all: String {
    condition.lock()
    defer { condition.unlock() }
    return text
  }

  private var text: String { lines.map { $0 + "\n" }.joined() }

  /// The error of a process that ended before it wrote the awaited text.
  struct EndedWithout: Error, CustomStringConvertible {
    let text: String
    var description: String { "the output ended without a line with '\(text)'" }
  }
}
