/// What to watch: single files, and directories with everything in them.
///
/// A pure value: it looks at names, never at the disk. Paths are absolute; nothing needs to exist yet.
package struct WatchRules: Sendable, Equatable {
  /// Single files of interest, such as `Package.swift`. They count even if their name is an ignored one.
  package let files: Set<String>

  /// Directories of which every file at any depth is of interest, save what has an ignored name. They may
  /// overlap, and may lie inside an ignored directory: being listed wins.
  package let directories: [String]

  private let roots: Set<String>
  private let fileDirectories: Set<String>
  private let manifestDirectories: Set<String>

  /// The directories whose entries have to be known: the roots, and the parents of the single files.
  let anchors: [String]

  /// The anchors and every directory on the way to them.
  let approaches: Set<String>

  /// Rules for these absolute paths. Where `Package.swift` is listed, `Package@swift-*.swift` beside it is too.
  package init(files: Set<String> = [], directories: [String] = []) {
    self.files = Set(files.map(\.withoutEmptyNames))
    self.directories = directories.map(\.withoutEmptyNames)
    roots = Set(self.directories)
    fileDirectories = Set(self.files.map(\.parentPath))
    manifestDirectories = Set(self.files.filter { $0.lastName == "Package.swift" }.map(\.parentPath))
    anchors = roots.union(fileDirectories).sorted()
    approaches = Set(anchors).union(anchors.flatMap(\.ancestors))
  }

  /// Whether a change of the file at this path should be reported.
  package func isOfInterest(path: String) -> Bool {
    let directory = path.parentPath
    return isOfInterest(path: path, of: directory, isInside: descends(into: directory))
  }

  /// The same for an entry of a directory of which it is known whether the rules descend into it.
  func isOfInterest(path: String, of directory: String, isInside: Bool) -> Bool {
    let name = path.lastName
    if isInside, !IgnoredNames.contains(name) { return true }
    if files.contains(path) { return true }
    return name.hasPrefix("Package@swift-") && name.hasSuffix(".swift")
      && manifestDirectories.contains(directory)
  }

  /// Whether the directory at this path is a root, or inside one without an ignored name on the way.
  package func descends(into directory: String) -> Bool {
    var current = directory
    while !roots.contains(current) {
      if current == "/" || IgnoredNames.contains(current.lastName) { return false }
      current = current.parentPath
    }
    return true
  }

  /// The same for a directory in one of which it is known; roots need no answer, they are anchors.
  func descends(into directory: String, isInside: Bool) -> Bool {
    isInside && !IgnoredNames.contains(directory.lastName)
  }

  /// Whether the entries of this directory can be of interest, so that it must be read.
  func lists(_ directory: String) -> Bool {
    fileDirectories.contains(directory) || descends(into: directory)
  }
}
