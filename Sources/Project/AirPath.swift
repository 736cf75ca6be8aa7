/// A path in an air configuration, and its meaning to the file system.
struct AirPath {
  /// The text that air compares: without surrounding spaces and without one slash at the end.
  let written: String
  /// The names, without `.` and empty ones. `..` occurs only at the beginning.
  let names: [Substring]

  /// Creates the path of a directory.
  init(_ text: String) {
    let trimmed = Self.trimmed(text)
    self.init(written: trimmed.hasSuffix("/") ? String(trimmed.dropLast()) : trimmed)
  }

  /// Creates the path of a file.
  init(file text: String) { self.init(written: text) }

  private init(written: String) {
    self.written = written
    var names: [Substring] = []
    for name in written.split(separator: "/") where name != "." {
      if name == "..", let last = names.last, last != ".." { names.removeLast() } else { names.append(name) }
    }
    if written.hasPrefix("/"), let outside = names.first, outside != ".." {
      // An absolute path may be in the project, but the project's path is not known here.
      names[0] = Substring("/\(outside)")
    }
    self.names = names
  }

  /// The path as Go's `filepath.Clean` returns it.
  var text: String { names.isEmpty ? "." : names.joined(separator: "/") }

  /// Whether air's comparison by text finds the same path as the file system.
  var isClean: Bool { written == text && !written.hasPrefix("/") }

  /// Whether the path is in the project, as far as is known.
  var isInside: Bool { names.first != ".." && names.first?.hasPrefix("/") != true }

  /// Whether the path contains characters of patterns.
  var hasPattern: Bool { written.contains { "*?[{".contains($0) } }

  /// The pattern for `watch.exclude` that matches only this path.
  var pattern: String {
    var pattern = ""
    for character in text {
      if "*?[{}\\".contains(character) { pattern.append("\\") }
      pattern.append(character)
    }
    return pattern.hasSuffix(" ") ? String(pattern.dropLast()) + "\\ " : pattern
  }

  /// The directory that contains the path; `nil` for the project itself.
  var directory: AirPath? {
    names.isEmpty ? nil : AirPath(written: names.dropLast().joined(separator: "/"))
  }

  /// Returns whether `other` is in this path, or is the same.
  func leads(to other: AirPath) -> Bool { other.names.starts(with: names) }

  /// Returns a text without surrounding spaces.
  static func trimmed(_ text: String) -> String {
    var text = text[...]
    while text.first?.isWhitespace == true { text = text.dropFirst() }
    while text.last?.isWhitespace == true { text = text.dropLast() }
    return String(text)
  }
}

/// Returns a pattern of Go's `filepath.Match` as a regular expression; `nil` if it is malformed.
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

/// Converts a bracket expression. Returns `nil` if it is malformed.
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

/// Reads a member of a bracket expression. Returns `nil` if it is malformed.
private func takeMember(_ rest: inout ArraySlice<Unicode.Scalar>) -> Unicode.Scalar? {
  guard let first = rest.popFirst(), first != "-", first != "]" else { return nil }
  return first == "\\" ? rest.popFirst() : first
}

/// Returns a scalar as a literal of a regular expression.
private func escaped(_ scalar: Unicode.Scalar) -> String {
  "\\.+*?()|[]{}^$-&~".unicodeScalars.contains(scalar) ? "\\\(scalar)" : "\(scalar)"
}

/// Converts a regular expression for absolute paths into one for paths from the project's root on. A slash at
/// the start of a match may then also be the one before the path. `isSame` is false if the meaning may differ
/// in other ways.
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
