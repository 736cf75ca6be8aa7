// Compiler diagnostics in the colours that the compiler uses on a terminal.

extension Style {
  /// Returns the coloured lines of a diagnostic.
  package func diagnostic(_ lines: [String]) -> String {
    lines.enumerated().map { $0.offset == 0 ? header($0.element) : quoted($0.element) }.joined(
      separator: "\n")
  }

  /// Returns the coloured header of a diagnostic.
  private func header(_ line: String) -> String {
    for (word, paint) in severities {
      if line.hasPrefix(word) { return paint(word) + bold(String(line.dropFirst(word.count))) }
      guard let range = line.range(of: ": " + word) else { continue }
      return bold(linked(String(line[..<range.lowerBound])) + ": ") + paint(word)
        + bold(String(line[range.upperBound...]))
    }
    return line
  }

  /// Returns `path:line:column` as a link to the file (OSC 8), if the style has links and the path is absolute.
  private func linked(_ place: String) -> String {
    guard let linkHost, let match = place.firstMatch(of: #/^(/.+?):\d+(?::\d+)?$/#) else { return place }
    let path = match.1.utf8.map { byte in
      Self.unreserved.contains(byte)
        ? String(UnicodeScalar(byte)) : "%" + String(Int(byte) + 256, radix: 16, uppercase: true).dropFirst()
    }
    return "\u{1B}]8;;file://\(linkHost)\(path.joined())\u{1B}\\\(place)\u{1B}]8;;\u{1B}\\"
  }

  /// The bytes of a path that a URL contains as they are (RFC 3986).
  private static let unreserved = Set(
    "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

  /// Returns a coloured line of quoted source, or of a message below it such as `  |      `- error: …`.
  private func quoted(_ line: String) -> String {
    guard let bar = line.firstIndex(of: "|"), line[..<bar].allSatisfy({ $0 == " " || $0.isNumber }) else {
      return line
    }
    let rest = line[line.index(after: bar)...]
    let margin = dim(line[..<bar] + "|")
    let said = rest.drop { $0 == " " }
    for mark in ["`- ", "|- "] where said.hasPrefix(mark) {
      let text = String(said.dropFirst(mark.count))
      for (word, paint) in severities where text.hasPrefix(word) {
        return margin + rest.prefix { $0 == " " } + mark + paint(word) + text.dropFirst(word.count)
      }
    }
    return margin + rest
  }

  private var severities: [(String, (String) -> String)] {
    [("error: ", red), ("warning: ", magenta), ("note: ", grey)]
  }
}

extension String {
  /// Returns the first range of `part`; `nil` if there is none.
  fileprivate func range(of part: String) -> Range<String.Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(part) { return start..<index(start, offsetBy: part.count) }
      start = index(after: start)
    }
    return nil
  }
}
