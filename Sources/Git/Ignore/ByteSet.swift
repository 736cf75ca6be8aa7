/// The set of bytes of a bracket expression, such as `[a-z]`, `[!a]` or `[[:digit:]]` (glob(7)).
struct ByteSet: Sendable {
  /// One bit for each byte.
  private var words: SIMD4<UInt64> = .zero

  /// The set of all bytes.
  static let any: ByteSet = {
    var set = ByteSet()
    set.words = SIMD4(repeating: .max)
    return set
  }()

  /// Creates an empty set.
  private init() {}

  /// Parses a bracket expression and removes it from the start of `rest`, which begins with its `[`. `nil` if
  /// it is not closed or names an unknown class.
  init?(_ rest: inout ArraySlice<UInt8>, ignoresCase: Bool) {
    rest = rest.dropFirst()
    var isNegated = false
    if let first = rest.first, first == UInt8(ascii: "!") || first == UInt8(ascii: "^") {
      isNegated = true
      rest = rest.dropFirst()
    }
    // The previous byte, with which a range may begin.
    var low: UInt8?
    // A `]` in the first place is a member.
    var isFirst = true
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "]"), !isFirst {
        if isNegated { words = ~words }
        return
      }
      isFirst = false
      if byte == UInt8(ascii: "\\") {
        guard let escaped = rest.popFirst() else { return nil }
        insert(escaped...escaped)
        low = escaped
      } else if byte == UInt8(ascii: "-"), let start = low, let next = rest.first, next != UInt8(ascii: "]") {
        rest = rest.dropFirst()
        var end = next
        if end == UInt8(ascii: "\\") {
          guard let escaped = rest.popFirst() else { return nil }
          end = escaped
        }
        if start <= end { insert(start...end, ignoresCase: ignoresCase) }
        low = nil
      } else if byte == UInt8(ascii: "["), rest.first == UInt8(ascii: ":") {
        guard let close = rest.dropFirst().firstIndex(of: UInt8(ascii: "]")) else { return nil }
        if close > rest.startIndex + 1, rest[close - 1] == UInt8(ascii: ":") {
          guard insert(class: rest[(rest.startIndex + 1)..<(close - 1)], ignoresCase) else { return nil }
          rest = rest[(close + 1)...]
          low = nil
        } else {
          insert(byte...byte)
          low = byte
        }
      } else {
        insert(byte...byte)
        low = byte
      }
    }
    return nil
  }

  /// Returns whether the byte is in the set.
  func contains(_ byte: UInt8) -> Bool { words[Int(byte >> 6)] & (1 << (byte & 63)) != 0 }

  /// Inserts a range. If case is ignored, bytes are looked up in lower case, so a range of upper case letters
  /// must also contain them in lower case.
  private mutating func insert(_ range: ClosedRange<UInt8>, ignoresCase: Bool = false) {
    for byte in range {
      insert(byte)
      if ignoresCase { insert(byte.lowercased) }
    }
  }

  private mutating func insert(_ byte: UInt8) { words[Int(byte >> 6)] |= 1 << (byte & 63) }

  /// Inserts the bytes of a class such as `digit`. Returns false if there is no class of this name.
  private mutating func insert(class name: ArraySlice<UInt8>, _ ignoresCase: Bool) -> Bool {
    let isMember: (UInt8) -> Bool
    switch String(decoding: name, as: UTF8.self) {
    case "alnum": isMember = { $0.isLetter || $0.isDigit }
    case "alpha": isMember = \.isLetter
    case "blank": isMember = { $0 == 0x20 || $0 == 0x09 }
    case "cntrl": isMember = { $0 < 0x20 || $0 == 0x7F }
    case "digit": isMember = \.isDigit
    case "graph": isMember = { (0x21...0x7E).contains($0) }
    case "lower": isMember = \.isLowercase
    case "print": isMember = { (0x20...0x7E).contains($0) }
    case "punct": isMember = { (0x21...0x7E).contains($0) && !$0.isLetter && !$0.isDigit }
    case "space": isMember = { $0 == 0x20 || (0x09...0x0D).contains($0) }
    case "upper": isMember = { $0.isUppercase || ignoresCase && $0.isLowercase }
    case "xdigit": isMember = { $0.isDigit || (0x61...0x66).contains($0.lowercased) }
    default: return false
    }
    for byte in UInt8.min...UInt8.max where isMember(byte) { insert(byte) }
    return true
  }
}

extension UInt8 {
  fileprivate var isLetter: Bool { isLowercase || isUppercase }
  fileprivate var isDigit: Bool { (0x30...0x39).contains(self) }
}
