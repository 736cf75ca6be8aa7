import Testing

@testable import HotReload

/// Encodes and decodes.
func roundTrip<Value: Codable>(_ value: Value) throws -> Value {
  try TreeDecoder.decode(Value.self, from: Writer.bytes(of: value))
}

@Suite("The coder")
struct CoderTests {
  struct Numbers: Codable, Equatable {
    var int = Int.min
    var int8 = Int8.min
    var int16 = Int16.min
    var int32 = Int32.min
    var int64 = Int64.max
    var int128 = Int128.min
    var uint = UInt.max
    var uint8 = UInt8.max
    var uint16 = UInt16.max
    var uint32 = UInt32.max
    var uint64 = UInt64.max
    var uint128 = UInt128.max
    var float = Float.leastNonzeroMagnitude
    var double = 0.1 + 0.2
    var bool = true
    var text = "ä 👩‍👩‍👧 \0"
    var none: Int?
    var some: String? = ""
  }

  @Test("returns every primitive type at its limits")
  func numbers() throws {
    #expect(try roundTrip(Numbers()) == Numbers())
    #expect(try roundTrip([Int.min, -1, 0, 1, 255, 256, Int.max]) == [Int.min, -1, 0, 1, 255, 256, Int.max])
    #expect(try roundTrip([Int128.max, 1]) == [Int128.max, 1])
    #expect(try roundTrip(UInt128.max) == .max)
    #expect(try roundTrip(Wrapped(value: Int128.min)) == Wrapped(value: .min))
  }

  /// A value that is encoded in a container for a single value.
  struct Wrapped<Value: Codable & Equatable>: Codable, Equatable {
    var value: Value

    init(value: Value) { self.value = value }

    init(from decoder: any Decoder) throws { value = try decoder.singleValueContainer().decode(Value.self) }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      try container.encode(value)
    }
  }

  @Test(
    "returns floating point values by their bits",
    arguments: [0, -0.0, .infinity, .nan, .pi, .leastNonzeroMagnitude])
  func doubles(_ value: Double) throws {
    #expect(try roundTrip(value).bitPattern == value.bitPattern)
    let narrow = Float(value)
    #expect(try roundTrip(narrow).bitPattern == narrow.bitPattern)
    let payload = Double(nan: 4711, signaling: false)
    #expect(try roundTrip(payload).bitPattern == payload.bitPattern)
  }

  indirect enum Tree: Codable, Equatable {
    case leaf
    case node(left: Tree, value: Int?, right: Tree)
    case many([Tree])
  }

  @Test("returns collections, optionals and enumerations")
  func collections() throws {
    #expect(try roundTrip([String: [Int?]]()) == [:])
    #expect(try roundTrip(["a": [1, nil], "": []]) == ["a": [1, nil], "": []])
    #expect(try roundTrip([1: "one", -2: "two"]) == [1: "one", -2: "two"])
    #expect(try roundTrip(Set(["x", "y"])) == ["x", "y"])
    #expect(try roundTrip(Int?.none) == nil)
    #expect(try roundTrip([[UInt8]]()) == [])
    let tree = Tree.node(
      left: .many([.leaf, .leaf]), value: nil, right: .node(left: .leaf, value: 3, right: .leaf))
    #expect(try roundTrip(tree) == tree)
  }

  @Test("keeps bytes together, also those that a type encodes one by one")
  func bytes() throws {
    let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0) }
    #expect(try Writer.bytes(of: bytes).count == 100_004)
    #expect(try roundTrip(bytes) == bytes)
    #expect(try Writer.bytes(of: OneByOne(bytes: bytes)).count == 100_004)
    #expect(try roundTrip(OneByOne(bytes: bytes)) == OneByOne(bytes: bytes))
    #expect(try Writer.bytes(of: [Int8](repeating: 1, count: 50)).count == 52)
    #expect(try roundTrip([Int8](repeating: 1, count: 50)) == [Int8](repeating: 1, count: 50))
  }

  struct OneByOne: Codable, Equatable {
    var bytes: [UInt8]

    init(bytes: [UInt8]) { self.bytes = bytes }

    init(from decoder: any Decoder) throws {
      var container = try decoder.unkeyedContainer()
      bytes = []
      while !container.isAtEnd { bytes.append(try container.decode(UInt8.self)) }
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.unkeyedContainer()
      for byte in bytes { try container.encode(byte) }
    }
  }

  class Animal: Codable {
    var legs = 4
  }

  final class Dog: Animal {
    var name = ""

    override init() { super.init() }

    required init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: Keys.self)
      name = try container.decode(String.self, forKey: .name)
      try super.init(from: container.superDecoder())
    }

    override func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Keys.self)
      try super.encode(to: container.superEncoder())
      try container.encode(name, forKey: .name)
    }

    enum Keys: CodingKey { case name }
  }

  @Test("returns what super classes have")
  func superClasses() throws {
    let dog = Dog()
    (dog.name, dog.legs) = ("Rex", 3)
    let other = try roundTrip(dog)
    #expect(other.name == "Rex")
    #expect(other.legs == 3)
  }

  struct Old: Codable { var id = 7 }

  struct New: Codable {
    var id: Int
    var name: String?
  }

  struct Newest: Codable {
    var id: Int
    var address: Address

    struct Address: Codable { var street: String }
  }

  @Test("decodes what has no value of an added optional property, and what has more than is wanted")
  func added() throws {
    let old = try TreeDecoder.decode(New.self, from: Writer.bytes(of: Old()))
    #expect(old.id == 7 && old.name == nil)
    #expect(try TreeDecoder.decode(Old.self, from: Writer.bytes(of: New(id: 8, name: "x"))).id == 8)
  }

  @Test("says where something is missing")
  func missing() throws {
    let bytes = try Writer.bytes(of: [["id": Old()]])
    do {
      _ = try TreeDecoder.decode([[String: Newest]].self, from: bytes)
      Issue.record("decoded")
    } catch DecodingError.keyNotFound(let key, let context) {
      #expect(key.stringValue == "address")
      #expect(context.codingPath.map(\.stringValue) == ["Index 0", "id"])
    }
    #expect(throws: DecodingError.self) { try TreeDecoder.decode([String].self, from: Writer.bytes(of: [1])) }
    #expect(throws: DecodingError.self) { try TreeDecoder.decode(Int8.self, from: Writer.bytes(of: 128)) }
    #expect(throws: DecodingError.self) { try TreeDecoder.decode(UInt.self, from: Writer.bytes(of: -1)) }
    #expect(throws: DecodingError.self) {
      try TreeDecoder.decode(Int.self, from: Writer.bytes(of: Int?.none))
    }
  }

  @Test("an integer is read as one of another width, if it fits")
  func widths() throws {
    #expect(try TreeDecoder.decode(Int.self, from: Writer.bytes(of: Int32(-5))) == -5)
    #expect(try TreeDecoder.decode(UInt8.self, from: Writer.bytes(of: 255)) == 255)
    #expect(try TreeDecoder.decode(UInt64.self, from: Writer.bytes(of: UInt128(7))) == 7)
  }

  @Test("values may be nested as deep as stacks allow, and not deeper")
  func depth() throws {
    var tree = Tree.leaf
    for _ in 0..<100 { tree = .many([tree]) }
    #expect(try roundTrip(tree) == tree)
    for _ in 0..<1000 { tree = .many([tree]) }
    #expect(throws: EncodingError.self) { try Writer.bytes(of: tree) }
  }
}
