internal import Posix
internal import SwiftPM

/// The builder's knowledge of the package.
struct PackageState {
  /// The description by SwiftPM; `nil` if it must be read before the next build.
  var description: PackageDescription?
  /// The sources, as they were last known.
  var sources = PackageSources()
  /// Whether the package has ever contained the products to run.
  var wasUsable = false
  /// The directory into which SwiftPM puts programs; empty until it is known.
  var binPath = ""
  var binPathJob: Job?
}
