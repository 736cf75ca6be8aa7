/// The start of an HTML page, and the policies that the page sets itself with `<meta
/// http-equiv="Content-Security-Policy">`.
struct PageHead {
  /// The maximum number of bytes of a page that are read.
  static let longest = 65_536

  /// The serialized policies, in their order.
  private(set) var policies: [String] = []
  /// Whether no policy can follow. Policies count only before the `body` (HTML, 4.2.5.3).
  private(set) var isComplete: Bool

  /// The bytes that were not parsed yet.
  private var rest: ArraySlice<UInt8>

  /// Parses the first bytes of a page.
  init(_ bytes: [UInt8]) {
    rest = bytes.prefix(Self.longest)
    isComplete = bytes.count >= Self.longest
    if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
    while takeMarkup() {}
  }

  /// Removes the next comment, declaration or tag. Returns false at the end of the bytes and at the start of
  /// the body.
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

  /// Notes that the body begins.
  private mutating func end() -> Bool {
    isComplete = true
    return false
  }

  /// Skips to the end of `text`, which must be in lower case. Returns false if it has not come.
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
