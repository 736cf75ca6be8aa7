/// The encoding of a page, in which the addition must be written.
///
/// All encodings of the web except UTF-16 contain ASCII (Encoding, 4.1). A byte order mark takes precedence
/// over the response's header.
enum PageEncoding: Equatable {
  /// Any encoding that contains ASCII.
  case ascii
  case utf16LittleEndian
  case utf16BigEndian

  /// Detects the encoding from the head of a response and the bytes after it, with their framing. `nil` if
  /// there are too few bytes and more may come.
  init?(_ head: MessageHead, _ bytes: ArraySlice<UInt8>, isEnd: Bool) {
    var body = bytes
    if head["transfer-encoding"] == "chunked" {
      body = bytes.drop { $0 != UInt8(ascii: "\n") }.dropFirst()
    }
    switch (body.first, body.dropFirst().first) {
    case (0xFE, 0xFF): self = .utf16BigEndian
    case (0xFF, 0xFE): self = .utf16LittleEndian
    case (0xFE, nil), (0xFF, nil), (nil, _): if isEnd { self = .ascii } else { return nil }
    case (0xEF, 0xBB): self = .ascii
    default: self = Self(label: Self.charset(of: head["content-type"] ?? ""))
    }
  }

  /// Returns the encoding with this label in lower case (Encoding, 4.2).
  private init(label: Substring) {
    switch label {
    case "utf-16be", "unicodefffe": self = .utf16BigEndian
    case "utf-16", "utf-16le", "ucs-2", "iso-10646-ucs-2", "csunicode", "unicode", "unicodefeff":
      self = .utf16LittleEndian
    default: self = .ascii
    }
  }

  /// Returns the value of `charset` in a content type such as `text/html; charset="utf-16"`, which must be in
  /// lower case.
  private static func charset(of type: String) -> Substring {
    for parameter in type.split(separator: ";").dropFirst() {
      let parts = parameter.split(separator: "=", maxSplits: 1)
      guard parts.count == 2, parts[0].filter({ $0 != " " && $0 != "\t" }) == "charset" else { continue }
      return parts[1].drop { "\" '\t".contains($0) }.prefix { !"\" '\t".contains($0) }
    }
    return ""
  }

  /// Returns ASCII text in this encoding.
  func encoded(_ text: [UInt8]) -> [UInt8] {
    switch self {
    case .ascii: text
    case .utf16LittleEndian: text.flatMap { [$0, 0] }
    case .utf16BigEndian: text.flatMap { [0, $0] }
    }
  }
}
