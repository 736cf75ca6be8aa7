package import Reloader
package import SwiftPM

/// An event of a ``PackageBuilder``.
package enum BuilderEvent {
  /// A build is about to begin. `writesFiles` is whether it runs commands of the user, which may write into the
  /// project.
  case begins(writesFiles: Bool)
  /// The package was read again, or can no longer be read.
  case described
  /// There is no program to run, for this reason. `isFirst` is whether there never was one.
  case unusable(ProductSelectionFailure, isFirst: Bool)
  /// The build has ended, with a result for each of its targets.
  case ended([(BuildTarget, BuildOutcome)], BuildComparison)
}
