/// The words of a command line as `swiftc -driver-print-jobs` prints it: quoted for a POSIX shell where needed. Nil for
/// quotes that do not end.
package func shellWords(_ line: String) -> [String]? {
  var words: [String] = []
  var word: String?
  var quote: Character?
  var rest = line[...]
  while let character = rest.popFirst() {
    switch (quote, character) {
    case (nil, " "):
      if let complete = word { words.append(complete) }
      word = nil
    case (nil, "'"), (nil, "\""):
      quote = character
      word = word ?? ""
    case (let open?, _) where character == open: quote = nil
    case (nil, "\\"), ("\"", "\\"):
      guard let escaped = rest.popFirst() else { return nil }
      if quote != nil, !"\\\"$`".contains(escaped) { word = (word ?? "") + "\\" }
      word = (word ?? "") + String(escaped)
    default: word = (word ?? "") + String(character)
    }
  }
  if let complete = word { words.append(complete) }
  return quote == nil ? words : nil
}
