// Dates and times (RFC 3339 §5.6, §5.7).

extension DateTime {
  /// Parses a date, a time, or both. Returns `nil` if the format or a number is not valid.
  init?(_ bytes: [UInt8], _ version: Document.Version) {
    var reader = Reader(bytes: bytes)
    var text = ""
    let hasDate = bytes.count > 4 && bytes[4] == UInt8(ascii: "-")
    if hasDate {
      guard let date = reader.date() else { return nil }
      text = date
      if reader.isAtEnd {
        (kind, self.text) = (.date, text)
        return
      }
      guard reader.take("T") || reader.take("t") || reader.take(" ") else { return nil }
      text += "T"
    }
    guard let time = reader.time(version) else { return nil }
    text += time
    if !hasDate || reader.isAtEnd {
      guard reader.isAtEnd else { return nil }
      (kind, self.text) = (hasDate ? .local : .time, text)
      return
    }
    guard let offset = reader.offset(), reader.isAtEnd else { return nil }
    (kind, self.text) = (.offset, text + offset)
  }

  /// Reads the parts of a date and time.
  private struct Reader {
    let bytes: [UInt8]
    var index = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { index == bytes.count }

    /// Consumes a character, if it is next. Returns whether it was.
    mutating func take(_ scalar: Unicode.Scalar) -> Bool {
      guard index < bytes.count, bytes[index] == UInt8(ascii: scalar) else { return false }
      index += 1
      return true
    }

    /// Reads a number of exactly `count` digits. Returns `nil` if there is none, or it is not in `range`.
    mutating func number(_ count: Int, _ range: ClosedRange<Int>) -> Int? {
      guard index + count <= bytes.count else { return nil }
      var number = 0
      for byte in bytes[index..<(index + count)] {
        guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
        number = number * 10 + Int(byte - UInt8(ascii: "0"))
      }
      index += count
      return range.contains(number) ? number : nil
    }

    func text(from start: Int) -> String { String(decoding: bytes[start..<index], as: UTF8.self) }

    /// Reads a date such as `1979-05-27`.
    mutating func date() -> String? {
      let start = index
      guard let year = number(4, 0...9999), take("-"), let month = number(2, 1...12), take("-"),
        number(2, 1...Self.days(in: month, of: year)) != nil
      else { return nil }
      return text(from: start)
    }

    private static func days(in month: Int, of year: Int) -> Int {
      switch month {
      case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
      case 4, 6, 9, 11: 30
      default: 31
      }
    }

    /// Reads a time. TOML 1.1 allows it to have no seconds.
    mutating func time(_ version: Document.Version) -> String? {
      let start = index
      guard number(2, 0...23) != nil, take(":"), number(2, 0...59) != nil else { return nil }
      guard take(":") else { return version == .v1_1 ? text(from: start) + ":00" : nil }
      guard number(2, 0...60) != nil else { return nil }  // 60 is a leap second
      if take(".") {
        let first = index
        while number(1, 0...9) != nil { continue }
        if index == first { return nil }
      }
      return text(from: start)
    }

    /// Reads an offset from UTC, such as `Z` or `+01:00`.
    mutating func offset() -> String? {
      if take("Z") || take("z") { return "Z" }
      let start = index
      guard take("+") || take("-"), number(2, 0...23) != nil, take(":"), number(2, 0...59) != nil else {
        return nil
      }
      return text(from: start)
    }
  }
}
