/// What a build must know of a source's text: which one it is, and whether others compile parts of it into themselves.
package struct SourceText: Hashable, Sendable {
  /// Tells one text from another.
  package let hash: UInt64
  /// Whether it holds bodies that others are compiled with. The compiler's fingerprints do not cover them.
  package let isInlined: Bool
  /// Whether it may declare opaque results (`some P`), whose underlying types other modules are compiled with. They are in
  /// bodies, so that no fingerprint covers them.
  package let hasOpaqueResults: Bool
  /// Whether it may hold the program's entry point (`@main`).
  package let mayBeEntryPoint: Bool

  /// Attributes whose functions others compile into themselves, without their `@`.
  private static let attributes = [
    "inlinable", "inline", "_transparent", "_alwaysEmitIntoClient", "backDeployed", "export",
  ]
  .map { Array($0.utf8) }

  /// `-> some P`, also within a tuple or the like, and `var x: some P`.
  private static func hasOpaqueResults(_ bytes: [UInt8]) -> Bool {
    let some = Array("some ".utf8)
    var rest = bytes[...]
    while let found = rest.firstRange(of: some) {
      let start =
        rest[..<found.lowerBound].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? bytes.startIndex
      let before = bytes[start..<found.lowerBound]
      if ["->", "var ", "let "].contains(where: { before.firstRange(of: Array($0.utf8)) != nil }) {
        return true
      }
      rest = rest[found.upperBound...]
    }
    return false
  }

  /// Reads a text.
  package init(_ bytes: [UInt8]) {
    hash = hashOfBytes(bytes)
    var (isInlined, mayBeEntryPoint) = (false, false)
    var rest = bytes[...]
    while let sign = rest.firstIndex(of: UInt8(ascii: "@")) {
      rest = rest[(sign + 1)...]
      isInlined = isInlined || Self.attributes.contains { rest.starts(with: $0) }
      mayBeEntryPoint = mayBeEntryPoint || rest.starts(with: "main".utf8)
    }
    hasOpaqueResults = Self.hasOpaqueResults(bytes)
    (self.isInlined, self.mayBeEntryPoint) = (isInlined, mayBeEntryPoint)
  }
}
