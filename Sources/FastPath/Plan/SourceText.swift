/// The properties of a source's text that a build needs.
package struct SourceText: Hashable, Sendable {
  /// A hash of the text.
  package let hash: UInt64
  /// Whether it contains inlinable bodies, which are compiled into other sources. The compiler's fingerprints
  /// do not cover them.
  package let isInlined: Bool
  /// Whether it may contain the program's entry point (`@main`).
  package let mayBeEntryPoint: Bool
  /// A hash of each declaration; `nil` if the text could not be read.
  let sketch: SourceSketch?

  /// The attributes of functions that are inlined into other sources, without their `@`.
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
