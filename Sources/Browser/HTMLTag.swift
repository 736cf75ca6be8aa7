/// A start or end tag (HTML, 13.1.2).
struct HTMLTag {
  /// The name in lower case. The name of an end tag begins with a slash.
  let name: String
  /// The attributes in their order, with their names in lower case.
  private var attributes: [(name: String, value: String)] = []

  /// Removes a tag from the start of `bytes`. `nil` if the end of the tag has not come.
  init?(_ bytes: inout ArraySlice<UInt8>) {
    var rest = bytes.dropFirst()
    name = rest.take { !$0.isBlank && $0 != UInt8(ascii: ">") }.text.lowercased()
    while true {
      rest = rest.drop { $0.isBlank || $0 == UInt8(ascii: "/") }
      guard let first = rest.first else { return nil }
      if first == UInt8(ascii: ">") { break }
      // An equals sign at the start is part of the name (13.2.5.32).
      let start = rest.prefix(1)
      rest = rest.dropFirst()
      let name = (start + rest.take { !$0.isBlank && !"=>/".utf8.contains($0) }).text.lowercased()
      guard let value = Self.takeValue(&rest) else { return nil }
      attributes.append((name, value))
    }
    bytes = rest.dropFirst()
  }

  /// The value of the first attribute of this name, which must be in lower case. `nil` if there is none.
  subscript(name: String) -> String? { attributes.first { $0.name == name }?.value }

  /// Removes `=value` and returns the value, which is empty if there is none. Returns `nil` if the end of the
  /// value has not come.
  private static func takeValue(_ rest: inout ArraySlice<UInt8>) -> String? {
    let value = rest.drop(while: \.isBlank)
    guard value.first == UInt8(ascii: "=") else { return "" }
    rest = value.dropFirst().drop(while: \.isBlank)
    guard let quote = rest.first else { return nil }
    guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
      return rest.take { !$0.isBlank && $0 != UInt8(ascii: ">") }.text.resolvingReferences
    }
    rest = rest.dropFirst()
    let text = rest.take { $0 != quote }.text
    guard !rest.isEmpty else { return nil }
    rest = rest.dropFirst()
    return text.resolvingReferences
  }
}

extension UInt8 {
  /// Whether this is ASCII whitespace.
  var isBlank: Bool { [0x09, 0x0A, 0x0C, 0x0D, 0x20].contains(self) }

  /// This byte, in lower case if it is an ASCII letter.
  var lowercased: UInt8 { 0x41...0x5A ~= self ? self | 0x20 : self }
}

extension ArraySlice<UInt8> {
  fileprivate var text: String { String(decoding: self, as: UTF8.self) }

  /// Removes and returns the first bytes that match.
  fileprivate mutating func take(while isWanted: (UInt8) -> Bool) -> ArraySlice<UInt8> {
    let taken = prefix(while: isWanted)
    self = dropFirst(taken.count)
    return taken
  }
}

extension String {
  /// This text with the character references resolved that template engines write into attributes (13.5).
  fileprivate var resolvingReferences: String {
    let parts = split(separator: "&", omittingEmptySubsequences: false)
    return parts.dropFirst().reduce(into: String(parts.first ?? "")) { text, part in
      guard let end = part.firstIndex(of: ";"), let character = Self.character(part[..<end]) else {
        text += "&" + part
        return
      }
      text += character + part[part.index(after: end)...]
    }
  }

  /// Returns the character of a reference, without its `&` and `;`. `nil` if it is unknown.
  private static func character(_ name: Substring) -> String? {
    let named = ["amp": "&", "apos": "'", "quot": "\"", "lt": "<", "gt": ">", "semi": ";", "nbsp": " "]
    if let character = named[String(name)] { return character }
    let number =
      name.lowercased().hasPrefix("#x")
      ? UInt32(name.dropFirst(2), radix: 16) : name.hasPrefix("#") ? UInt32(name.dropFirst()) : nil
    return number.flatMap(Unicode.Scalar.init).map { String(Character($0)) }
  }
}
