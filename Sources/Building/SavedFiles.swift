/// The saved files of a project, until they are built.
package struct SavedFiles {
  /// The files that were saved since the last build that succeeded.
  package private(set) var changed: Set<String> = []
  /// The files that were saved for that build.
  package private(set) var lastBuilt: Set<String> = []
  /// Whether a build has succeeded since the start.
  private(set) var haveBeenBuilt = false

  mutating func add(_ paths: [String]) { changed.formUnion(paths) }

  /// Notes that a build with all of them has succeeded.
  mutating func built() {
    (lastBuilt, changed) = (changed, [])
    haveBeenBuilt = true
  }
}
