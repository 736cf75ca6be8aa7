/// The result of a build by the fast path.
package struct FastBuildSummary: Sendable {
  /// How long the compilers took, and the linker.
  package let compiling: Duration
  package let linking: Duration
  /// The sources that were compiled, and those whose objects were there from before.
  package let compiled: [String]
  package let recalled: [String]

  /// A build with all of its parts.
  package init(compiling: Duration, linking: Duration, compiled: [String], recalled: [String]) {
    (self.compiling, self.linking) = (compiling, linking)
    (self.compiled, self.recalled) = (compiled, recalled)
  }

  /// For a person: `compiled 3 sources in 405 ms (2 as before), linked in 31 ms`.
  var text: String {
    let sources = compiled.count == 1 ? "1 source" : "\(compiled.count) sources"
    let before = recalled.isEmpty ? "" : " (\(recalled.count) as before)"
    return "compiled \(sources) in \(brief(compiling))\(before), linked in \(brief(linking))"
  }
}
