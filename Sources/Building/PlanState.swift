internal import Posix
internal import SwiftPM

/// The builder's knowledge of SwiftPM's last plan.
struct PlanState {
  /// `Package.resolved`, which SwiftPM writes when it plans.
  let resolvedPath: String
  /// The source of the plan's environment.
  private let terminals: SwiftPMTerminals
  /// Whether the plan is valid. SwiftPM does not plan again for the first source of a target that had none at
  /// its last planning.
  private(set) var isValid = true
  /// `Package.resolved`, as SwiftPM left it.
  private var resolved: FileSystem.Identity?

  /// Creates the state for the package at `root`.
  init(root: String, loop: EventLoop) {
    resolvedPath = "\(root)/Package.resolved"
    terminals = SwiftPMTerminals(root: root, loop: loop)
  }

  /// Whether `Package.resolved` is not as SwiftPM left it.
  var resolvedHasChanged: Bool { FileSystem.identity(resolvedPath) != resolved }

  /// Returns the environment for the next SwiftPM command.
  func environment(for recipe: Recipe) -> [String] {
    terminals.environment(
      over: recipe.environment, fixed: recipe.variableNames, arguments: recipe.arguments)
  }

  /// Records that the next build needs another plan.
  mutating func invalidate() { isValid = false }

  /// Records that `swift build` was started.
  func swiftBuildStarted() { terminals.buildStarted() }

  /// Records that `swift build` has succeeded.
  func swiftBuildSucceeded() { terminals.buildEnded(succeeded: true) }

  /// Records the end of a build, whether SwiftPM has run in it or not.
  mutating func buildEnded(succeeded: Bool, cancelled: Bool) {
    terminals.buildEnded(succeeded: false, cancelled: cancelled)  // does nothing after swiftBuildSucceeded()
    resolved = FileSystem.identity(resolvedPath)
    if succeeded { isValid = true }
  }
}
