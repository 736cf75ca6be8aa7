internal import Foundation
package import Testing

extension Trait where Self == ConditionTrait {
  /// Runs a test only if the variable `LONG_TESTS` is set, as `.ci/run` sets it: a long sequence of random edits, a series
  /// of faults, or a real editor.
  package static var long: ConditionTrait {
    .enabled(if: ProcessInfo.processInfo.environment["LONG_TESTS"] != nil, "runs with LONG_TESTS=1")
  }
}
