/// The declarations that a source provides and uses, as the compiler writes them to a `.swiftdeps` file
/// (`FineGrainedDependencyFormat.h`, version 1.0).
///
/// A file with another structure than the compilers of Swift 6.1 to 6.3 write is rejected.
package struct SwiftDependencies: Equatable, Sendable {
  /// A declaration, or a way to look one up: its kind, the mangled name of its type, and its name. It is
  /// stored as a 64-bit hash. A collision can only cause unnecessary compilation.
  package struct Key: Hashable, Sendable {
    let value: UInt64

    init(kind: UInt64, context: UInt64, name: UInt64) {
      value = combineHash(combineHash(combineHash(0x51_7c_c1_b7_27_22_0a_95, kind), context), name)
    }
  }

  /// A hash of the source outside the bodies of types and functions. Every declaration of the source depends
  /// on it.
  package private(set) var fingerprint: UInt64 = 0
  /// The declarations of the source, with the fingerprint of each, or 0 if it has none.
  package private(set) var provides: [Key: UInt64] = [:]
  /// The owner of each declaration: a hash of the name of its outermost type, or of its own name. A
  /// declaration whose owner is not known is missing.
  private(set) var owners: [Key: UInt64] = [:]
  /// A hash of all declarations, independent of their order. ``hashOfUnowned`` covers those without a known
  /// owner, and ``hashes`` those of each owner.
  private var hash: UInt64 = 0
  /// A hash of the declarations without a known owner.
  private var hashOfUnowned: UInt64 = 0
  /// A hash of the declarations of each owner.
  private var hashes: [UInt64: UInt64] = [:]
  /// The declarations that the source has looked up.
  package private(set) var uses: Set<Key> = []
  /// The paths of other files that were read, such as headers and the interfaces of other modules.
  package private(set) var externals: Set<String> = []
  /// The compiler's version string.
  package private(set) var compiler = ""

  /// Reads a `.swiftdeps` file. Throws ``FallbackReason`` if it is not understood.
  package init(_ bytes: [UInt8]) throws(FallbackReason) {
    guard bytes.starts(with: "DEPS".utf8) else { throw Self.unknown }
    var reading = Reading(bytes)
    do {
      var stream = Bitstream(bytes)
      try stream.readRecords(ofBlock: 8) { try reading.take($0) }
      try reading.finishNode()
    } catch {
      throw Self.unknown
    }
    guard let own = reading.own, !reading.compiler.isEmpty else { throw Self.unknown }
    fingerprint = own
    uses = reading.uses
    owners = reading.owners
    declare(reading.provides)
    (externals, compiler) = (reading.externals, reading.compiler)
  }

  /// Creates dependencies for tests.
  init(fingerprint: UInt64, provides: [String: UInt64], uses: Set<String>) {
    let key = { (name: String) in Key(kind: 0, context: 0, name: hashOfBytes(Array(name.utf8))) }
    self.fingerprint = fingerprint
    self.uses = Set(uses.map(key))
    declare(Dictionary(provides.map { (key($0), $1) }, uniquingKeysWith: { $1 }))
  }

  /// Sets the declarations, and computes their hashes.
  private mutating func declare(_ provides: [Key: UInt64]) {
    self.provides = provides
    for (key, fingerprint) in provides {
      let own = combineHash(key.value, fingerprint)
      hash ^= own
      if let owner = owners[key] { hashes[owner, default: 0] ^= own } else { hashOfUnowned ^= own }
    }
  }

  /// Returns a hash of everything that may be part of a declaration without a fingerprint: all declarations
  /// of its owner, and those without a known owner.
  func hash(beside key: Key) -> UInt64 {
    owners[key].map { combineHash(hashOfUnowned, hashes[$0] ?? 0) } ?? hash
  }

  /// The error for a file that is not understood.
  private static let unknown = FallbackReason("cannot read the compiler's dependency files")
}

/// The state while a `.swiftdeps` file is read.
private struct Reading {
  /// The kinds of nodes (`NodeKind`).
  private enum Kind {
    static let topLevel: UInt64 = 0, dynamicLookup: UInt64 = 4, external: UInt64 = 5, source: UInt64 = 6
  }

  /// A node of the compiler's dependency graph.
  private struct Node {
    var kind: UInt64
    /// Whether it belongs to the implementation, and not to the interface.
    var isImplementation: Bool
    var key: SwiftDependencies.Key
    /// The index of the identifier of the context.
    var context: Int
    /// The index of the identifier of the name.
    var name: Int
    /// Whether the source provides the declaration. Otherwise it uses it.
    var isProvided: Bool
    var fingerprint: UInt64 = 0
  }

  private let bytes: [UInt8]
  /// The byte range of each identifier in the file. The first one is the empty string.
  private var identifiers: [Range<Int>] = [0..<0]
  /// A hash of each identifier.
  private var hashes: [UInt64] = [hashOfBytes([])]
  /// The node that is being read.
  private var node: Node?
  /// The number of nodes so far.
  private var nodeCount = 0
  var compiler = ""
  /// The fingerprint of the source.
  var own: UInt64?
  var provides: [SwiftDependencies.Key: UInt64] = [:]
  var owners: [SwiftDependencies.Key: UInt64] = [:]
  var uses: Set<SwiftDependencies.Key> = []
  var externals: Set<String> = []

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Reads a record.
  mutating func take(_ record: Bitstream.Record) throws {
    switch record.code {
    case 1:  // METADATA
      guard record.numbers == [1, 0] else { throw Bitstream.Malformed() }
      compiler = String(decoding: bytes[record.blob], as: UTF8.self)
    case 2: try begin(record.numbers)  // SOURCE_FILE_DEP_GRAPH_NODE
    case 3:  // FINGERPRINT_NODE
      let value = hashOfBytes(bytes[record.blob])
      node?.fingerprint = value == 0 ? 1 : value
    case 4: try check(dependencyOn: record.numbers)  // DEPENDS_ON_DEFINITION_NODE
    case 5:  // IDENTIFIER_NODE
      identifiers.append(record.blob)
      hashes.append(hashOfBytes(bytes[record.blob]))
    default: throw Bitstream.Malformed()
    }
  }

  /// Starts a node.
  private mutating func begin(_ numbers: [UInt64]) throws {
    try finishNode()
    guard numbers.count == 5, numbers[1] <= 1, numbers[4] <= 1, let context = hash(numbers[2]),
      let name = hash(numbers[3])
    else { throw Bitstream.Malformed() }
    node = Node(
      kind: numbers[0], isImplementation: numbers[1] == 1,
      key: .init(kind: numbers[0], context: context, name: name),
      context: Int(numbers[2]), name: Int(numbers[3]), isProvided: numbers[4] == 1)
    nodeCount += 1
  }

  /// Returns the hash of an identifier; `nil` if there is no such identifier.
  private func hash(_ identifier: UInt64) -> UInt64? {
    identifier < UInt64(hashes.count) ? hashes[Int(identifier)] : nil
  }

  /// Checks a dependency. All uses must belong to the source's implementation (node 1), and every declaration
  /// must depend on node 0 and nothing else. ``DependencyGraph`` relies on this.
  private func check(dependencyOn numbers: [UInt64]) throws {
    guard let node, numbers.count == 1, nodeCount == 2 || numbers[0] == 0 && !node.isImplementation else {
      throw Bitstream.Malformed()
    }
  }

  /// Completes the current node.
  mutating func finishNode() throws {
    guard let node else { return }
    self.node = nil
    switch node.kind {
    case Kind.source:
      guard node.isProvided, nodeCount <= 2, node.isImplementation == (nodeCount == 2) else {
        throw Bitstream.Malformed()
      }
      if nodeCount == 1 { own = node.fingerprint }
    case Kind.external:
      externals.insert(String(decoding: bytes[identifiers[node.name]], as: UTF8.self))
    case 0...4:
      guard nodeCount > 2 else { throw Bitstream.Malformed() }
      if !node.isProvided {
        uses.insert(node.key)
      } else if !node.isImplementation {
        provides[node.key] = node.fingerprint
        owners[node.key] = owner(of: node)
      }
    default: throw Bitstream.Malformed()
    }
  }
}

extension Reading {
  /// Returns the owner of a declaration: a hash of its name at the top level, or of the first type in the
  /// mangled name of its context, such as `4Shop10OrderStoreC` (the compiler's `docs/ABI/Mangling.rst`).
  private func owner(of node: Node) -> UInt64? {
    if node.kind == Kind.topLevel || node.kind == Kind.dynamicLookup { return hashes[node.name] }
    var rest = bytes[identifiers[node.context]]
    guard Self.takeIdentifier(from: &rest) != nil else { return nil }
    return Self.takeIdentifier(from: &rest).map(hashOfBytes)
  }

  /// Returns the next identifier of a mangled name; `nil` if it is encoded in another way, such as by
  /// substitution.
  private static func takeIdentifier(from name: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    let digits = name.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    guard digits.count < 4, digits.first != UInt8(ascii: "0"),
      let length = Int(String(decoding: digits, as: UTF8.self)), name.count >= digits.count + length
    else { return nil }
    defer { name = name.dropFirst(digits.count + length) }
    return name.dropFirst(digits.count).prefix(length)
  }
}

/// Returns a 64-bit hash of bytes, which takes eight bytes in each step. It is not a cryptographic hash.
func hashOfBytes(_ bytes: some RandomAccessCollection<UInt8>) -> UInt64 {
  bytes.withContiguousStorageIfAvailable { buffer in
    let raw = UnsafeRawBufferPointer(buffer)
    var value: UInt64 = 0xcbf2_9ce4_8422_2325 ^ UInt64(raw.count)
    var index = 0
    while index + 8 <= raw.count {
      value = combineHash(value, raw.loadUnaligned(fromByteOffset: index, as: UInt64.self))
      index += 8
    }
    while index < raw.count {
      value = combineHash(value, UInt64(raw[index]))
      index += 1
    }
    return value
  } ?? hashOfBytes(Array(bytes))
}

/// Mixes a word into a hash.
func combineHash(_ hash: UInt64, _ word: UInt64) -> UInt64 {
  let value = (hash ^ word) &* 0x9fb2_1c65_1e98_df25
  return value ^ value >> 29
}
