/// A place in a file.
package struct Place: Equatable, Sendable {
  package let path: String
  /// The number of the line, from 1.
  package let line: Int
  /// The number of the byte in the line, from 1, as in the compiler's diagnostics.
  package let column: Int
  /// The text of the line.
  package let text: String

  package init(path: String, line: Int, column: Int, text: String) {
    (self.path, self.line, self.column, self.text) = (path, line, column, text)
  }

  /// Returns a compiler diagnostic: `path:line:column: error: message`, the line, and a caret.
  package func error(_ message: String) -> String { diagnostic("error", message) }

  /// Returns the same diagnostic as a warning.
  package func warning(_ message: String) -> String { diagnostic("warning", message) }

  /// Returns a compiler diagnostic with this severity.
  private func diagnostic(_ severity: String, _ message: String) -> String {
    let shown = String(text.filter { $0 != "\r" }.map { $0 == "\t" ? " " : $0 })
    let margin = String(repeating: " ", count: "\(line)".count)
    let indent = String(repeating: " ", count: indent)
    return """
      \(path):\(line):\(column): \(severity): \(message)
      \(line) | \(shown)
      \(margin) | \(indent)`- \(severity): \(message)
      """
  }

  /// The number of characters before the place in its line.
  var indent: Int { String(decoding: text.utf8.prefix(column - 1), as: UTF8.self).count }
}

/// The bytes of a document, with the path of its file.
package struct Source: Sendable {
  package let bytes: [UInt8]
  package let path: String

  package init(bytes: [UInt8], path: String) { (self.bytes, self.path) = (bytes, path) }

  /// The offset of the first byte that is not valid UTF-8; `nil` if all are valid.
  package var firstInvalidByte: Int? {
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    var offset = 0
    while true {
      switch decoder.decode(&iterator) {
      case .scalarValue(let scalar): offset += UTF8.width(scalar)
      case .emptyInput: return nil
      case .error: return offset
      }
    }
  }

  /// Returns the place of a byte offset.
  package func place(of offset: Int) -> Place {
    let offset = min(offset, bytes.count)
    let before = bytes[..<offset]
    let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    let end = bytes[offset...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
    return Place(
      path: path, line: before.count { $0 == UInt8(ascii: "\n") } + 1, column: offset - start + 1,
      text: String(decoding: bytes[start..<end], as: UTF8.self))
  }
}

/// An error in a document, with its place.
package struct SyntaxError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The problem and its correction.
  package let message: String
  package let place: Place

  package var description: String { place.error(message) }

  init(_ message: String, at place: Place) { (self.message, self.place) = (message, place) }
}
