/// Returns whether a `.dia` file contains diagnostics (clang's `SerializedDiagnostics.h`); `nil` if it is not
/// such a file.
package func holdsDiagnostics(_ bytes: [UInt8]) -> Bool? {
  guard bytes.starts(with: "DIAG".utf8) else { return nil }
  var stream = Bitstream(bytes)
  return try? stream.containsBlock(9)  // BLOCK_DIAG
}
