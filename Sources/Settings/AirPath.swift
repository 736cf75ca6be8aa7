/// A path as somebody wrote it for air, and what it is to the file system.
struct AirPath {
  /// What air compares: without spaces around it, and without one slash at its end.
  let written: String
  /// Without `.` and empty names, and `..` only at the beginning.
  let names: [Substring]

  /// Of a directory.
  init(_ text: String) {
    let trimmed = Self.trimmed(text)
    self.init(written: trimmed.hasSuffix("/") ? String(trimmed.dropLast()) : trimmed)
  }

  /// Of a file.
  init(file text: String) { self.init(written: text) }

  private init(written: String) {
    self.written = written
    var names: [Substring] = []
    for name in written.split(separator: "/") where name != "." {
      if name == "..", let last = names.last, last != ".." { names.removeLast() } else { names.append(name) }
    }
    if written.hasPrefix("/"), let outside = names.first, outside != ".." {
      // Absolute: such a path in the project is not known here.
      names[0] = Substring("/\(outside)")
    }
    self.names = names
  }

  /// `filepath.Clean` of Go.
  var text: String { names.isEmpty ? "." : names.joined(separator: "/") }

  /// Whether air compares what the file system would find.
  var isClean: Bool { written == text && !written.hasPrefix("/") }

  /// Whether it is in the project, as far as can be told.
  var isInside: Bool { names.first != ".." && names.first?.hasPrefix("/") != true }

  var hasPattern: Bool { written.contains { "*?[{".contains($0) } }

  /// As a pattern of `watch.exclude` that is for this path only.
  var pattern: String {
    var pattern = ""
    for character in text {
      if "*?[{}\\".contains(character) { pattern.append("\\") }
      pattern.append(character)
    }
    return pattern.hasSuffix(" ") ? String(pattern.dropLast()) + "\\ " : pattern
  }

  /// The directory that it is in; `nil` for the project itself.
  var directory: AirPath? {
    names.isEmpty ? nil : AirPath(written: names.dropLast().joined(separator: "/"))
  }

  /// Whether another path is in this one, or is the same.
  func leads(to other: AirPath) -> Bool { other.names.starts(with: names) }

  /// Without the spaces around it.
  static func trimmed(_ text: String) -> String {
    var text = text[...]
    while text.first?.isWhitespace == true { text = text.dropFirst() }
    while text.last?.isWhitespace == true { text = text.dropLast() }
    return String(text)
  }
}

/// A pattern of Go's `filepath.Match` as a regular expression; `nil` for one that is malformed.
func expression(ofGoPattern pattern: String) -> String? {
  var rest = Array(pattern.unicodeScalars)[...]
  var text = "^"
  while let first = rest.popFirst() {
    switch first {
    case "*": text += "[^/]*"
    case "?": text += "[^/]"
    case "\\":
      guard let next = rest.popFirst() else { return nil }
      text += escaped(next)
    case "[":
      guard let set = takeSet(&rest) else { return nil }
      text += set
    default: text += escaped(first)
    }
  }
  return text + "$"
}

private func takeSet(_ rest: inout ArraySlice<Unicode.Scalar>) -> String? {
  var text = "["
  if rest.first == "^" {
    rest.removeFirst()
    text += "^"
  }
  var isEmpty = true
  while true {
    if rest.first == "]", !isEmpty {
      rest.removeFirst()
      return text + "]"
    }
    guard let low = takeMember(&rest) else { return nil }
    isEmpty = false
    text += escaped(low)
    if rest.first == "-" {
      rest.removeFirst()
      guard let high = takeMember(&rest) else { return nil }
      if low.value > high.value { return nil }
      text += "-" + escaped(high)
    }
  }
}

private func takeMember(_ rest: inout ArraySlice<Unicode.Scalar>) -> Unicode.Scalar? {
  guard let first = rest.popFirst(), first != "-", first != "]" else { return nil }
  return first == "\\" ? rest.popFirst() : first
}

private func escaped(_ scalar: Unicode.Scalar) -> String {
  "\\.+*?()|[]{}^$-&~".unicodeScalars.contains(scalar) ? "\\\(scalar)" : "\(scalar)"
}

/// A regular expression for absolute paths as one for paths from the project's root on: a slash that a match may begin with
/// may also be the one before the path. `isSame` is false where more than that depends on what is before the path.
func expression(ofAbsolute text: String) -> (text: String, isSame: Bool) {
  var result = ""
  var previous: Character?
  var isInSet = false
  var isSame = true
  var rest = text.replacing("\\/", with: "/")[...]
  while let character = rest.popFirst() {
    switch character {
    case "\\":
      result.append(character)
      if let next = rest.popFirst() { result.append(next) }
    case "/" where !isInSet && (previous == nil || previous == "|" || previous == "("): result += "(^|/)"
    default:
      if isInSet ? character == "/" && previous != "^" : character == "^" { isSame = false }
      if character == "[" { isInSet = true }
      if character == "]" { isInSet = false }
      result.append(character)
    }
    previous = character
  }
  return (result, isSame)
}
