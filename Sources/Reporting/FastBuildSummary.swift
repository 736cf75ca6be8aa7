/// The result of a build by the fast path.
package struct FastBuildSummary: Sendable {
  /// The time that the compilers took.
  package let compiling: Duration
  /// The time that the linker took.
  package let linking: Duration
  /// The sources that were compiled.
  package let compiled: [String]
  /// The sources whose remembered objects were reused.
  package let reused: [String]

  /// Creates a summary.
  package init(compiling: Duration, linking: Duration, compiled: [String], reused: [String]) {
    (self.compiling, self.linking) = (compiling, linking)
    (self.compiled, self.reused) = (compiled, reused)
  }

  /// The text for people, such as `compiled 3 sources in 405 ms (2 reused), linked in 31 ms`.
  var text: String {
    let sources = compiled.count == 1 ? "1 source" : "\(compiled.count) sources"
    let before = reused.isEmpty ? "" : " (\(reused.count) reused)"
    return "compiled \(sources) in \(brief(compiling))\(before), linked in \(brief(linking))"
  }
}
