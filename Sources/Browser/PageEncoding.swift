/// How the text of a page is written: what is added to it must be written so too.
///
/// All encodings of the web but UTF-16 have ASCII in them (Encoding, 4.1). A byte order mark counts more than what the
/// response says.
enum PageEncoding: Equatable {
  case ascii
  case utf16LittleEndian
  case utf16BigEndian

  /// Finds it out from the head of a response and the bytes after it, with what frames them; `nil` as long as those are too
  /// few, unless no more will come.
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

  private init(label: Substring) {
    switch label {
    case "utf-16be", "unicodefffe": self = .utf16BigEndian
    case "utf-16", "utf-16le", "ucs-2", "iso-10646-ucs-2", "csunicode", "unicode", "unicodefeff":
      self = .utf16LittleEndian
    default: self = .ascii
    }
  }

  /// The value of `charset` in `text/html; charset="utf-16"`, in lower case.
  private static func charset(of type: String) -> Substring {
    for parameter in type.split(separator: ";").dropFirst() {
      let parts = parameter.split(separator: "=", maxSplits: 1)
      guard parts.count == 2, parts[0].filter({ $0 != " " && $0 != "\t" }) == "charset" else { continue }
      return parts[1].drop { "\" '\t".contains($0) }.prefix { !"\" '\t".contains($0) }
    }
    return ""
  }

  /// ASCII text in this encoding.
  func encoded(_ text: [UInt8]) -> [UInt8] {
    switch self {
    case .ascii: text
    case .utf16LittleEndian: text.flatMap { [$0, 0] }
    case .utf16BigEndian: text.flatMap { [0, $0] }
    }
  }
}
