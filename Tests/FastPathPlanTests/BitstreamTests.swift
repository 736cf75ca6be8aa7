import Testing

@testable import FastPathPlan

@Suite("A bitstream")
struct BitstreamTests {
  /// Bits, the lowest of each number first.
  private struct Bits {
    private var bits: [Bool] = []

    mutating func put(_ value: UInt64, width: Int) {
      for index in 0..<width { bits.append(value >> UInt64(index) & 1 == 1) }
    }

    mutating func align() { while !bits.count.isMultiple(of: 32) { bits.append(false) } }

    var bytes: [UInt8] {
      Array("DEPS".utf8)
        + stride(from: 0, to: bits.count, by: 8).map { start in
          (0..<8).reduce(0) { $0 | (bits[start + $1] ? 1 << UInt8($1) : 0) }
        }
    }
  }

  @Test("whose numbers are larger than any that could be meant is refused", arguments: [1, 7] as [UInt64])
  func largeWidth(last: UInt64) {
    var bits = Bits()
    bits.put(1, width: 2)  // ENTER_SUBBLOCK
    bits.put(8, width: 8)
    for _ in 0..<21 { bits.put(0xf, width: 4) }
    bits.put(last, width: 4)  // the width: 64 bits, of which the highest is set
    bits.align()
    bits.put(0, width: 32)
    #expect(throws: Bitstream.Malformed.self) {
      var stream = Bitstream(bits.bytes)
      try stream.readRecords(ofBlock: 8) { _ in }
    }
  }
}
