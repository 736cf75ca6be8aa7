internal import GitIgnore

/// What to watch: single files, and directories with everything in them; and what a save of each does.
///
/// It looks at names, never at the disk, but for the ignore files that entries bring with them. Paths are absolute;
/// nothing needs to exist yet.
package struct WatchRules: Sendable {
  /// Single files of interest, such as `Package.swift`. They count even if their name is an ignored one.
  let files: [String: WatchedEntry]

  /// Directories of which every file at any depth is of interest, save what has an ignored name. They may
  /// overlap, and may lie inside an ignored directory: being listed wins.
  let directories: [String: [WatchedEntry]]

  /// What exclusions are relative to.
  let root: String

  /// They win over everything but the settings.
  let exclusions: [Exclusion]

  /// Extensions with their dot, for narrowed directories; any if there is none.
  let extensions: [String]

  /// Directories of the list that are in no other one.
  let outermost: Set<String>

  let fileDirectories: Set<String>
  let manifestDirectories: Set<String>

  /// The directories whose entries have to be known: those listed, and the parents of the single files.
  package let anchors: [String]

  /// The anchors and every directory on the way to them.
  let approaches: Set<String>

  /// Rules for these absolute paths. Where `Package.swift` is listed, `Package@swift-*.swift` beside it is too.
  package init(files: Set<String> = [], directories: [String] = []) {
    self.init(files: files.map { WatchedEntry($0) }, directories: directories.map { WatchedEntry($0) })
  }

  /// Rules with all there is to say.
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

  /// The files and directories of which a save does something by itself.
  package var listed: [String] {
    directories.keys + files.values.filter(\.isForSaves).map(\.path)
  }

  /// Whether a change of the file at this path is one of which files git tracks.
  package func isOfTracking(_ path: String) -> Bool { files[path]?.effect == .tracking }

  /// Whether git tracks other files than when it was asked last, and a pattern ignores one of them.
  package func trackingHasChanged() -> Bool {
    var haveChanged = false
    for entry in directories.values.joined() where entry.ignores?.trackingHasChanged() == true {
      haveChanged = true
    }
    return haveChanged
  }

  /// Whether a change of the file at this path should be reported.
  package func isOfInterest(path: String) -> Bool {
    isOfInterest(path: path, in: scope(of: path.parentPath))
  }

  /// The same for an entry of a directory of which the scope is known.
  func isOfInterest(path: String, in scope: Scope) -> Bool {
    verdict(on: path, in: scope).effect != .nothing
  }

  /// Whether files in the directory at this path can be of interest because the directory is.
  package func descends(into directory: String) -> Bool { scope(of: directory).isInside }
}
