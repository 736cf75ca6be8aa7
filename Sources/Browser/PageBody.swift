/// A response's body that gets something added at its end, whatever frames it (RFC 9112, 6). Nothing is held back but
/// the size line of a chunk.
struct PageBody {
  private enum State {
    /// A chunk's size is being read.
    case size([UInt8])
    /// So many bytes of a chunk, and the line's end after it, are to come.
    case chunk(Int)
    /// So many bytes of the body are to come.
    case length(Int)
    /// The body ends with the connection.
    case untilEnd
    /// What comes now is passed on as it is.
    case done
  }

  private let addition: [UInt8]
  private var state: State
  /// The first bytes of the page, without what frames them.
  private(set) var beginning: [UInt8] = []

  /// Decides by the head of the response, and changes it: a longer body has a greater length.
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

  /// What is to be sent for bytes that have come.
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
        note(rest.prefix(max(0, left - 2)))  // without the line's end
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

  /// What is to be sent when the connection has ended.
  var atEnd: [UInt8] { if case .untilEnd = state { addition } else { [] } }

  private mutating func note(_ bytes: ArraySlice<UInt8>) {
    beginning += bytes.prefix(max(0, PageHead.longest - beginning.count))
  }

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
