/// The state while a `.swiftdeps` file is read.
struct DependencyReading {
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

extension DependencyReading {
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
