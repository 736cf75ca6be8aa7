/// The first line of an HTTP/1.1 message and its fields (RFC 9112, 2.1), byte for byte as they came.
struct MessageHead {
  private var lines: [[UInt8]]

  /// Takes its bytes, with or without empty lines around them (RFC 9112, 2.2).
  init(_ bytes: some Sequence<UInt8>) {
    lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
      line.last == UInt8(ascii: "\r") ? Array(line.dropLast()) : Array(line)
    }
    lines = Array(lines.drop(while: \.isEmpty))
    while lines.last?.isEmpty == true { lines.removeLast() }
  }

  /// With the empty line at its end.
  var bytes: [UInt8] { lines.flatMap { $0 + crlf } + crlf }

  /// The words of the first line: method and target, or version and status.
  var words: [Substring] { text(lines.first ?? []).split(separator: " ") }

  /// The target of a request without its query.
  var path: Substring { words.count > 1 ? words[1].prefix { $0 != "?" } : "" }

  /// The status of a response; 0 where there is none.
  var status: Int { words.count > 1 ? Int(words[1]) ?? 0 : 0 }

  /// Whether nothing is in it.
  var isEmpty: Bool { lines.isEmpty }

  /// The value of a field in lower case, of several the first; `name` in lower case.
  subscript(name: String) -> String? { field(name)?.lowercased() }

  private func field(_ name: String) -> String? {
    lines.dropFirst().first { Self.isField($0, name) }.map(Self.value)
  }

  /// The values of all fields of this name, in lower case.
  func values(_ name: String) -> [String] {
    lines.dropFirst().filter { Self.isField($0, name) }.map(Self.value)
  }

  /// Gives the fields of this name, in lower case, other values; `nil` leaves one byte for byte.
  mutating func change(_ name: String, _ changed: (String) -> String?) {
    for index in lines.indices.dropFirst() where Self.isField(lines[index], name) {
      guard let value = changed(Self.value(lines[index])) else { continue }
      let name = lines[index].prefix { $0 != UInt8(ascii: ":") }
      lines[index] = name + Array(": \(value)".utf8)
    }
  }

  private static func value(_ line: [UInt8]) -> String {
    let value = text(line.drop { $0 != UInt8(ascii: ":") }.dropFirst())
    return String(value.drop { $0 == " " || $0 == "\t" })
  }

  /// Takes away all fields of this name, in lower case.
  mutating func remove(_ name: String) {
    lines = lines.prefix(1) + lines.dropFirst().filter { !Self.isField($0, name) }
  }

  /// Has one field of this name.
  mutating func set(_ name: String, _ value: String) {
    remove(name.lowercased())
    lines.append(Array("\(name): \(value)".utf8))
  }

  private static func isField(_ line: [UInt8], _ name: String) -> Bool {
    let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.count
    return colon == name.utf8.count && text(line[..<colon]).lowercased() == name
  }
}

private let crlf = Array("\r\n".utf8)

private func text(_ bytes: some Collection<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }

extension MessageHead {
  /// A request for a page: browsers say so (Fetch Metadata, 2.1), though not to every address.
  var isForPage: Bool {
    if words.first == "HEAD" { return false }
    if let destination = self["sec-fetch-dest"] {
      return ["document", "iframe", "frame"].contains(destination)
    }
    return self["accept"]?.contains("text/html") == true && self["hx-request"] == nil
      && self["x-requested-with"] == nil
  }

  /// A request that asks for another protocol, such as websocket.
  var upgrades: Bool { self["upgrade"] != nil && self["connection"]?.contains("upgrade") == true }

  /// A response with a page that something can be added to.
  var isPage: Bool { isAnyPage && compression == nil }

  /// A response with a page, compressed or not.
  var isAnyPage: Bool {
    self["content-type"]?.hasPrefix("text/html") == true && status >= 200
      && ![204, 206, 304].contains(status)
      && self["content-disposition"]?.hasPrefix("attachment") != true
  }

  /// The way in which the body is compressed.
  var compression: String? { self["content-encoding"].flatMap { $0 == "identity" ? nil : $0 } }
}
