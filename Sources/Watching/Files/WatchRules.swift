internal import GitIgnore

/// The files and directories to watch, and the effect of a save of each.
///
/// The rules look at names and at the ignore files of the entries, and never at the disk. Paths are absolute,
/// and need not exist.
package struct WatchRules: Sendable {
  /// The listed files, such as `Package.swift`, by path. They count even if their names are ignored.
  let files: [String: WatchedEntry]

  /// The listed directories, by path. Every file in them at any depth is of interest, except for ignored
  /// names. They may overlap, and may be inside an ignored directory, because a listed directory wins.
  let directories: [String: [WatchedEntry]]

  /// The directory to which exclusions are relative.
  let root: String

  /// The exclusions. They win over everything except the files with settings, rules and git's index.
  let exclusions: [Exclusion]

  /// The file name extensions, with their dots, for narrowed directories. Empty for all files.
  let extensions: [String]

  /// The listed directories that are inside no other one.
  let outermost: Set<String>

  /// The parents of the listed files.
  let fileDirectories: Set<String>
  /// The directories whose `Package.swift` is listed.
  let manifestDirectories: Set<String>

  /// The directories whose entries must be known: the listed ones, and the parents of the listed files.
  package let anchors: [String]

  /// The anchors and all directories on the way to them.
  let approaches: Set<String>

  /// Creates rules for builds from these absolute paths. A listed `Package.swift` includes the files
  /// `Package@swift-*.swift` beside it.
  package init(files: Set<String> = [], directories: [String] = []) {
    self.init(files: files.map { WatchedEntry($0) }, directories: directories.map { WatchedEntry($0) })
  }

  /// Creates rules from entries and exclusions.
  package init(
    files: [WatchedEntry], directories: [WatchedEntry], root: String = "/", exclusions: [Exclusion] = [],
    extensions: [String] = []
  ) {
    self.files = Dictionary(files.map { ($0.path, $0) }) {
      $1.effect.priority > $0.effect.priority ? $1 : $0
    }
    self.directories = Dictionary(grouping: directories, by: \.path)
    self.root = root
    self.exclusions = exclusions
    self.extensions = extensions
    let roots = Set(self.directories.keys)
    outermost = roots.filter { roots.isDisjoint(with: $0.ancestors) }
    fileDirectories = Set(self.files.keys.map(\.parentPath))
    manifestDirectories = Set(self.files.keys.filter { $0.lastName == "Package.swift" }.map(\.parentPath))
    anchors = roots.union(fileDirectories).sorted()
    approaches = Set(anchors).union(anchors.flatMap(\.ancestors))
  }

  /// The listed files and directories of which a save has an effect by itself.
  package var listed: [String] {
    directories.keys + files.values.filter(\.isForSaves).map(\.path)
  }

  /// Returns whether the file at this path shows which files git tracks, so that its change is no save.
  package func isOfTracking(_ path: String) -> Bool { files[path]?.effect == .tracking }

  /// Returns whether git has begun or ceased to track an ignored file since the last call.
  package func trackingHasChanged() -> Bool {
    var haveChanged = false
    for entry in directories.values.joined() where entry.ignores?.trackingHasChanged() == true {
      haveChanged = true
    }
    return haveChanged
  }

  /// Returns whether changes of the file at this path are reported.
  package func isOfInterest(path: String) -> Bool {
    isOfInterest(path: path, in: scope(of: path.parentPath))
  }

  /// Returns whether changes of an entry are reported, of a directory whose scope is known.
  func isOfInterest(path: String, in scope: Scope) -> Bool {
    saveEffect(on: path, in: scope).effect != .nothing
  }

  /// Returns whether files in this directory can be of interest because it belongs to a listed one.
  package func descends(into directory: String) -> Bool { scope(of: directory).isInside }
}
