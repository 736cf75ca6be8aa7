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
    var reading = DependencyReading(bytes)
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
