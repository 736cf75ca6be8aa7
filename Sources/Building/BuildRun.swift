internal import Reloader
internal import Reporting
internal import SwiftPM

/// One build, from its start to its end.
struct BuildRun {
  let targets: [BuildTarget]
  /// Whether it compiles every source of the package.
  let isClean: Bool
  var method: BuildMethod
  /// The programs of the targets before it.
  private let former: [Artifact?]
  /// Whether a command has run, which may have written files of the package.
  var hasRunCommand = false
  var output = BuildOutput()
  /// The last lines of errors, from the compiler and from the user's commands.
  private(set) var complaints: [String] = []
  /// The time when `swift build` was started, in nanoseconds since 1970.
  var started: Int64 = 0

  init(_ targets: [BuildTarget], isClean: Bool, method: BuildMethod) {
    (self.targets, self.isClean, self.method) = (targets, isClean, method)
    former = targets.map(\.newest)
  }

  mutating func complain(_ lines: [String]) { complaints = (complaints + lines).suffix(200) }

  /// Returns how the programs that it has made compare with the former ones.
  func comparison(_ artifacts: [Artifact]) -> BuildComparison {
    if artifacts == former { return .same }
    return artifacts.allSatisfy(\.isKept) && former.allSatisfy { $0?.isKept == true } ? .different : .unknown
  }
}
