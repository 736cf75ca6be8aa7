/// The beginning of an HTML page, as far as it has come: the policies that the page sets for itself with
/// `<meta http-equiv="Content-Security-Policy">`.
struct PageHead {
  /// More than this of a page is not read.
  static let longest = 65_536

  /// The serialized policies.
  private(set) var policies: [String] = []
  /// Whether no policy can follow: they count only before the `body` (HTML, 4.2.5.3).
  private(set) var isComplete: Bool

  private var rest: ArraySlice<UInt8>

  /// Reads the first bytes of a page.
  init(_ bytes: [UInt8]) {
    rest = bytes.prefix(Self.longest)
    isComplete = bytes.count >= Self.longest
    if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
    while takeMarkup() {}
  }

  /// Takes the next comment, declaration or tag; `false` at the end of what has come, and at the first of the body.
  private mutating func takeMarkup() -> Bool {
    rest = rest.drop(while: \.isBlank)
    guard let first = rest.first else { return false }
    if first != UInt8(ascii: "<") { return end() }
    if rest.starts(with: "<!--".utf8) { return skip(past: "-->") }
    if rest.starts(with: "<!".utf8) || rest.starts(with: "<?".utf8) { return skip(past: ">") }
    guard let tag = HTMLTag(&rest) else { return false }
    switch tag.name {
    case "meta":
      if tag["http-equiv"]?.lowercased() == "content-security-policy", let policy = tag["content"] {
        policies.append(policy)
      }
      return true
    case "script", "style", "title", "noscript", "template":
      return skip(past: "</\(tag.name)") && skip(past: ">")
    case "html", "head", "/head", "base", "link": return true
    default: return end()
    }
  }

  private mutating func end() -> Bool {
    isComplete = true
    return false
  }

  /// Skips to the end of a text of lower case; `false` if that has not come.
  private mutating func skip(past text: String) -> Bool {
    let text = Array(text.utf8)
    while let found = rest.firstIndex(of: text[0]) {
      rest = rest[found...]
      if rest.count >= text.count, zip(rest, text).allSatisfy({ $0.lowercased == $1 }) {
        rest = rest.dropFirst(text.count)
        return true
      }
      rest = rest.dropFirst()
    }
    return false
  }
}
