import RandomNumbers
import Testing

@testable import HotReload

/// A value of any shape, which encodes itself in every way there is.
indirect enum AnyShape: Codable, Equatable {
  case null
  case bool(Bool)
  case int(Int)
  case unsigned(UInt64)
  case double(UInt64)
  case text(String)
  case bytes([UInt8])
  case list([AnyShape])
  case nested([AnyShape])
  case keyed([String: AnyShape])
  case above(AnyShape)

  private enum Keys: String, CodingKey { case kind, content, list }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Keys.self)
    switch try container.decode(Int8.self, forKey: .kind) {
    case 0: self = try container.decodeNil(forKey: .content) ? .null : .bool(false)
    case 1: self = .bool(try container.decode(Bool.self, forKey: .content))
    case 2: self = .int(try container.decode(Int.self, forKey: .content))
    case 3: self = .unsigned(try container.decode(UInt64.self, forKey: .content))
    case 4: self = .double(try container.decode(Double.self, forKey: .content).bitPattern)
    case 5: self = .text(try container.decode(String.self, forKey: .content))
    case 6: self = .bytes(try container.decode([UInt8].self, forKey: .content))
    case 7: self = .list(try container.decode([AnyShape].self, forKey: .content))
    case 8:
      var nested = try container.nestedUnkeyedContainer(forKey: .content)
      var elements: [AnyShape] = []
      while !nested.isAtEnd {
        let entry = try nested.nestedContainer(keyedBy: Keys.self)
        elements.append(try entry.decode(AnyShape.self, forKey: .list))
      }
      self = .nested(elements)
    case 9: self = .keyed(try container.decode([String: AnyShape].self, forKey: .content))
    default: self = .above(try AnyShape(from: container.superDecoder()))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Keys.self)
    func put(_ kind: Int8, _ content: some Encodable) throws {
      try container.encode(kind, forKey: .kind)
      try container.encode(content, forKey: .content)
    }
    switch self {
    case .null:
      try container.encode(0, forKey: .kind)
      try container.encodeNil(forKey: .content)
    case .bool(let value): try put(1, value)
    case .int(let value): try put(2, value)
    case .unsigned(let value): try put(3, value)
    case .double(let bits): try put(4, Double(bitPattern: bits))
    case .text(let text): try put(5, text)
    case .bytes(let bytes): try put(6, bytes)
    case .list(let list): try put(7, list)
    case .nested(let list):
      try container.encode(8, forKey: .kind)
      var nested = container.nestedUnkeyedContainer(forKey: .content)
      for element in list {
        var entry = nested.nestedContainer(keyedBy: Keys.self)
        try entry.encode(element, forKey: .list)
      }
    case .keyed(let entries): try put(9, entries)
    case .above(let shape):
      try container.encode(10, forKey: .kind)
      try shape.encode(to: container.superEncoder())
    }
  }
}

@Suite("The coder, on random trees")
struct RandomTreeTests {
  static func shape(_ depth: Int, _ random: inout SplitMix64) -> AnyShape {
    func children() -> [AnyShape] {
      (0..<Int.random(in: 0...4, using: &random)).map { _ in shape(depth - 1, &random) }
    }
    func text() -> String {
      String(
        String.UnicodeScalarView(
          (0..<Int.random(in: 0...9, using: &random)).map { _ in
            Unicode.Scalar(UInt32.random(in: 0..<0xd800, using: &random)) ?? "x"
          }))
    }
    switch Int.random(in: 0...(depth > 0 ? 10 : 6), using: &random) {
    case 0: return .null
    case 1: return .bool(.random(using: &random))
    case 2: return .int(Int(truncatingIfNeeded: random.next()) >> Int.random(in: 0..<64, using: &random))
    case 3: return .unsigned(random.next() >> UInt64.random(in: 0..<64, using: &random))
    case 4: return .double(Double.random(in: -1e300...1e300, using: &random).bitPattern)
    case 5: return .text(text())
    case 6:
      return .bytes(
        (0..<Int.random(in: 0...300, using: &random)).map { _ in .random(in: 0...255, using: &random) })
    case 7: return .list(children())
    case 8: return .nested(children())
    case 9: return .keyed(Dictionary(children().map { (text(), $0) }) { first, _ in first })
    default: return .above(shape(depth - 1, &random))
    }
  }

  @Test("returns what it was given")
  func roundTrips() throws {
    for seed in 0..<2000 {
      var random = SplitMix64(seed: UInt64(seed))
      let value = Self.shape(7, &random)
      #expect(try roundTrip(value) == value, "seed \(seed)")
    }
  }

  @Test("throws at bytes that were cut or changed, or reads another value, and never traps")
  func damaged() throws {
    for seed in 0..<300 {
      var random = SplitMix64(seed: UInt64(seed))
      let bytes = try Writer.bytes(of: Self.shape(5, &random))
      for _ in 0..<20 {
        var damaged = bytes
        damaged[Int.random(in: 0..<damaged.count, using: &random)] = .random(in: 0...255, using: &random)
        _ = try? TreeDecoder.decode(AnyShape.self, from: damaged)
        let cut = Array(bytes.prefix(Int.random(in: 0..<bytes.count, using: &random)))
        #expect(throws: DecodingError.self) { try TreeDecoder.decode(AnyShape.self, from: cut) }
      }
    }
  }
}
