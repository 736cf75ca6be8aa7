/// The command lines of the compiler driver in Swift Build's `task-store.msgpack`. The manifest does not
/// contain them, because Swift Build runs the driver in its own process.
///
/// The file is MessagePack without a schema, and the fields of a task change between versions. So the reader
/// only searches for the part that is the same since Swift 6.2 (`SwiftDriverPayload.commandLine`): an array
/// of strings that starts with `builtin-SwiftDriver`, `--` and the path of `swiftc`.
struct SwiftBuildCommands {
  /// The `swiftc` commands, by the path of the output file map among their arguments.
  let byOutputFileMap: [String: [String]]

  /// Reads the file. Throws ``FallbackReason`` if a command line cannot be read, or two of them contradict each
  /// other.
  init(_ bytes: [UInt8]) throws(FallbackReason) {
    let malformed = FallbackReason("cannot read a command line of Swift Build's tasks")
    let mark = [0xA0 | UInt8(Self.name.utf8.count)] + Self.name.utf8
    var found: [String: [String]] = [:]
    var position = 0
    while let start = bytes[position...].firstIndex(of: mark[0]) {
      position = start + 1
      guard bytes[start...].starts(with: mark) else { continue }
      guard let count = Self.countOfArray(endingAt: start, bytes) else { throw malformed }
      var reader = Strings(bytes: bytes, position: start)
      guard let words = reader.next(count), words.count >= 3, words[1] == "--",
        let map = Array(words[2...]).value(after: "-output-file-map")
      else { throw malformed }
      let command = Array(words[2...])
      if let other = found.updateValue(command, forKey: map), other != command {
        throw FallbackReason("Swift Build has two compiler commands for \(map)")
      }
      position = reader.position
    }
    if found.isEmpty { throw FallbackReason("Swift Build's tasks have no compiler command") }
    byOutputFileMap = found
  }

  /// The first word of the command lines.
  private static let name = "builtin-SwiftDriver"

  /// Returns the count in the header of the array whose first element is at `end`; `nil` if there is no
  /// header.
  private static func countOfArray(endingAt end: Int, _ bytes: [UInt8]) -> Int? {
    func header(_ type: UInt8, _ width: Int) -> Int? {
      guard end > width, bytes[end - width - 1] == type else { return nil }
      return bytes[(end - width)..<end].reduce(0) { $0 << 8 | Int($1) }
    }
    if let count = header(0xDC, 2), count >= 16 { return count }
    if let count = header(0xDD, 4), count >= 0x10000 { return count }
    guard end > 0, bytes[end - 1] & 0xF0 == 0x90 else { return nil }
    return Int(bytes[end - 1] & 0x0F)
  }

  /// Reads successive MessagePack strings.
  private struct Strings {
    let bytes: [UInt8]
    var position: Int

    /// Reads `count` strings. Returns `nil` if there is something else.
    mutating func next(_ count: Int) -> [String]? {
      var strings: [String] = []
      for _ in 0..<count {
        guard let string = next() else { return nil }
        strings.append(string)
      }
      return strings
    }

    /// Reads a string.
    private mutating func next() -> String? {
      guard let type = number(1) else { return nil }
      let length: Int? =
        switch type {
        case 0xA0...0xBF: type & 0x1F
        case 0xD9: number(1)
        case 0xDA: number(2)
        case 0xDB: number(4)
        default: nil
        }
      guard let length, length <= bytes.count - position else { return nil }
      defer { position += length }
      return String(decoding: bytes[position..<position + length], as: UTF8.self)
    }

    /// Reads a big-endian integer of `width` bytes.
    private mutating func number(_ width: Int) -> Int? {
      guard width <= bytes.count - position else { return nil }
      defer { position += width }
      return bytes[position..<position + width].reduce(0) { $0 << 8 | Int($1) }
    }
  }
}
