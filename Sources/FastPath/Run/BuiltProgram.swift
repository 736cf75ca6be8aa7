internal import FastPathPlan

/// A program as SwiftPM has built it.
struct BuiltProgram {
  let path: String
  /// SwiftPM's scratch directory.
  let scratch: String
  let plan: Plan
  /// The path of `swiftc`.
  let compiler: String

  /// Creates the program at `path`. Throws ``FallbackReason`` if none of its modules can be edited.
  init(_ path: String, _ planned: PlannedProgram) throws(FallbackReason) {
    guard let first = planned.plan.modules.first else {
      throw FallbackReason("no module of the program has sources to edit")
    }
    self.path = path
    (scratch, plan) = (planned.scratch, planned.plan)
    compiler = first.arguments[0]
  }
}
