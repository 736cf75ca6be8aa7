/// What a build must know of a source's text: which one it is, and whether others compile parts of it into themselves.
package struct SourceText: Hashable, Sendable {
  /// Tells one text from another.
  package let hash: UInt64
  /// Whether it holds bodies that others are compiled with. The compiler's fingerprints do not cover them.
  package let isInlined: Bool
  /// Whether it may hold the program's entry point (`@main`).
  package let mayBeEntryPoint: Bool
  /// Its declarations; `nil` if they cannot be made out.
  let sketch: SourceSketch?

  /// Attributes whose functions others compile into themselves, without their `@`.
  private static let attributes = [
    "inlinable", "inline", "_transparent", "_alwaysEmitIntoClient", "backDeployed", "export",
  ]
  .map { Array($0.utf8) }

  /// Reads a text.
  package init(_ bytes: [UInt8]) {
    hash = hashOfBytes(bytes)
    sketch = SourceSketch(bytes)
    var (isInlined, mayBeEntryPoint) = (false, false)
    var rest = bytes[...]
    while let sign = rest.firstIndex(of: UInt8(ascii: "@")) {
      rest = rest[(sign + 1)...]
      isInlined = isInlined || Self.attributes.contains { rest.starts(with: $0) }
      mayBeEntryPoint = mayBeEntryPoint || rest.starts(with: "main".utf8)
    }
    (self.isInlined, self.mayBeEntryPoint) = (isInlined, mayBeEntryPoint)
  }
}
