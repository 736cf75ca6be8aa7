internal import Posix
internal import Settings
internal import SwiftPM

extension Project {
  /// Refuses to watch `/`, the home directory or a directory above it, which is never intended. Throws
  /// ``UsageFailure``.
  package func refuseDangerousRoots() throws {
    if settings.flag(.dangerousRoot) { return }
    let home = CurrentProcess.variable("HOME").flatMap(FileSystem.realPath)
    for path in watchedDirectories {
      let place = FileSystem.realPath(path) ?? path
      guard place == "/" || place == home || home?.hasPrefix(place + "/") == true else { continue }
      throw UsageFailure(
        "all of \(place) would be watched; name a directory in it, or allow it with 'watch.dangerous-root = true'"
      )
    }
  }

  /// The directories that are watched with everything in them while the package is not described.
  private var watchedDirectories: [String] {
    let included = settings.strings(.include)
    let own =
      buildCommand == nil
      ? PackageSources.conventional(root) : included.isEmpty ? [root] : []
    let named =
      included + settings.strings(.restartOn) + settings.strings(.environmentFiles)
      + settings.strings(.reloadOn)
    return own + named.filter(FileSystem.isDirectory)
  }
}
