/// A response body to whose end something is added, for every framing (RFC 9112, 6). Bytes are passed on as
/// they come, except for the size line of a chunk, which is collected.
struct PageBody {
  /// The position in the framing.
  private enum State {
    /// The size line of a chunk is being read.
    case size([UInt8])
    /// A chunk is being read. The number of bytes left includes the line end after it.
    case chunk(Int)
    /// The body has this number of bytes left.
    case length(Int)
    /// The body ends with the connection.
    case untilEnd
    /// The rest is passed on unchanged.
    case done
  }

  /// The bytes to add.
  private let addition: [UInt8]
  /// The current position in the framing.
  private var state: State
  /// The first bytes of the page, without the framing.
  private(set) var beginning: [UInt8] = []

  /// Chooses the framing by the head of the response, and adjusts its `Content-Length`.
  init(adding addition: [UInt8], to head: inout MessageHead) {
    self.addition = addition
    if let encoding = head["transfer-encoding"] {
      state = encoding == "chunked" ? .size([]) : .done
    } else if let length = head["content-length"].flatMap({ Int($0) }) {
      let (longer, isTooLong) = length.addingReportingOverflow(addition.count)
      state = length > 0 && !isTooLong ? .length(length) : .done
      if case .length = state { head.set("Content-Length", "\(longer)") }
    } else {
      state = .untilEnd
    }
  }

  /// Returns the bytes to send for bytes that were received.
  mutating func passing(_ bytes: [UInt8]) -> [UInt8] {
    var passed: [UInt8] = []
    var rest = bytes[...]
    while let byte = rest.first {
      switch state {
      case .size(var line):
        line.append(byte)
        rest.removeFirst()
        state = .size(line)
        if byte == UInt8(ascii: "\n") { passed += end(ofSizeLine: line) }
      case .chunk(let left):
        passed += rest.prefix(left)
        note(rest.prefix(max(0, left - 2)))  // without the line end
        state = left > rest.count ? .chunk(left - rest.count) : .size([])
        rest = rest.dropFirst(left)
      case .length(let left):
        passed += rest.prefix(left)
        note(rest.prefix(left))
        if left > rest.count {
          state = .length(left - rest.count)
        } else {
          passed += addition
          state = .done
        }
        rest = rest.dropFirst(left)
      case .untilEnd:
        note(rest)
        return passed + rest
      case .done:
        return passed + rest
      }
    }
    return passed
  }

  /// The bytes to send at the end of the connection.
  var atEnd: [UInt8] { if case .untilEnd = state { addition } else { [] } }

  /// Keeps bytes of the page in ``beginning``, up to its limit.
  private mutating func note(_ bytes: ArraySlice<UInt8>) {
    beginning += bytes.prefix(max(0, PageHead.longest - beginning.count))
  }

  /// Parses a size line, and returns the bytes to send for it. The addition comes as a chunk before the last
  /// one.
  private mutating func end(ofSizeLine line: [UInt8]) -> [UInt8] {
    let digits = line.prefix { Character(Unicode.Scalar($0)).isHexDigit }
    guard let size = Int(String(decoding: digits, as: UTF8.self), radix: 16), size < Int.max - 1 else {
      state = .done
      return line
    }
    if size > 0 {
      state = .chunk(size + 2)
      return line
    }
    state = .done
    return Array("\(String(addition.count, radix: 16))\r\n".utf8) + addition + Array("\r\n".utf8) + line
  }
}
