/// The first line and the fields of an HTTP/1.1 message (RFC 9112, 2.1), byte for byte as they came.
struct MessageHead {
  /// The lines without their ends.
  private var lines: [[UInt8]]

  /// Parses a head, with or without empty lines around it (RFC 9112, 2.2).
  init(_ bytes: some Sequence<UInt8>) {
    lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
      line.last == UInt8(ascii: "\r") ? Array(line.dropLast()) : Array(line)
    }
    lines = Array(lines.drop(while: \.isEmpty))
    while lines.last?.isEmpty == true { lines.removeLast() }
  }

  /// The head with the empty line at its end.
  var bytes: [UInt8] { lines.flatMap { $0 + crlf } + crlf }

  /// The words of the first line: method and target of a request, or version and status of a response.
  var words: [Substring] { text(lines.first ?? []).split(separator: " ") }

  /// The target of a request, without its query.
  var path: Substring { words.count > 1 ? words[1].prefix { $0 != "?" } : "" }

  /// The status of a response, or 0 if there is none.
  var status: Int { words.count > 1 ? Int(words[1]) ?? 0 : 0 }

  /// Whether the head has no line.
  var isEmpty: Bool { lines.isEmpty }

  /// The value of the first field of this name, converted to lower case. `name` must be in lower case. `nil`
  /// if there is none.
  subscript(name: String) -> String? { field(name)?.lowercased() }

  /// Returns the value of the first field of this name, as it was sent.
  private func field(_ name: String) -> String? {
    lines.dropFirst().first { Self.isField($0, name) }.map(Self.value)
  }

  /// Returns the values of all fields of this name, as they were sent. `name` must be in lower case.
  func values(_ name: String) -> [String] {
    lines.dropFirst().filter { Self.isField($0, name) }.map(Self.value)
  }

  /// Replaces the values of all fields of this name, which must be in lower case. If `changed` returns `nil`,
  /// the field stays as it was sent.
  mutating func change(_ name: String, _ changed: (String) -> String?) {
    for index in lines.indices.dropFirst() where Self.isField(lines[index], name) {
      guard let value = changed(Self.value(lines[index])) else { continue }
      let name = lines[index].prefix { $0 != UInt8(ascii: ":") }
      lines[index] = name + Array(": \(value)".utf8)
    }
  }

  /// Returns the value of a line.
  private static func value(_ line: [UInt8]) -> String {
    let value = text(line.drop { $0 != UInt8(ascii: ":") }.dropFirst())
    return String(value.drop { $0 == " " || $0 == "\t" })
  }

  /// Removes all fields of this name, which must be in lower case.
  mutating func remove(_ name: String) {
    lines = lines.prefix(1) + lines.dropFirst().filter { !Self.isField($0, name) }
  }

  /// Replaces all fields of this name by one.
  mutating func set(_ name: String, _ value: String) {
    remove(name.lowercased())
    lines.append(Array("\(name): \(value)".utf8))
  }

  /// Returns whether a line is a field of this name, which must be in lower case.
  private static func isField(_ line: [UInt8], _ name: String) -> Bool {
    let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.count
    return colon == name.utf8.count && text(line[..<colon]).lowercased() == name
  }
}

private let crlf = Array("\r\n".utf8)

private func text(_ bytes: some Collection<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }

extension MessageHead {
  /// Whether the request is for a page. Browsers say so (Fetch Metadata, 2.1), but not to every address.
  var isForPage: Bool {
    if words.first == "HEAD" { return false }
    if let destination = self["sec-fetch-dest"] {
      return ["document", "iframe", "frame"].contains(destination)
    }
    return self["accept"]?.contains("text/html") == true && self["hx-request"] == nil
      && self["x-requested-with"] == nil
  }

  /// Whether the request asks for another protocol, such as websocket.
  var upgrades: Bool { self["upgrade"] != nil && self["connection"]?.contains("upgrade") == true }

  /// Whether the response is a page to which something can be added.
  var isPage: Bool { isAnyPage && compression == nil }

  /// Whether the response is a page, compressed or not.
  var isAnyPage: Bool {
    self["content-type"]?.hasPrefix("text/html") == true && status >= 200
      && ![204, 206, 304].contains(status)
      && self["content-disposition"]?.hasPrefix("attachment") != true
  }

  /// The compression of the body, such as `gzip`. `nil` if there is none.
  var compression: String? { self["content-encoding"].flatMap { $0 == "identity" ? nil : $0 } }
}
