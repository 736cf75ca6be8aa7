internal import Posix

/// The sources below some directories, by their names: for what comes or goes where nobody watches.
struct SourceTree {
  private static let extensions = [".swift", ".c", ".cc", ".cpp", ".cxx", ".m", ".mm", ".s", ".S"]

  private let roots: [String]
  private var directories: [String: FileSystem.Stamp?] = [:]
  private var sources: Set<String> = []

  /// Reads all of it.
  init(_ roots: [String]) {
    self.roots = roots
    for root in roots { read(root) }
  }

  /// Whether there is no source.
  var isEmpty: Bool { sources.isEmpty }

  /// Whether a source has come or gone since it was read. That is looked for only if a directory has changed, as one does
  /// by a save that renames.
  mutating func hasChanged() -> Bool {
    if directories.allSatisfy({ FileSystem.Stamp($0.key) == $0.value }) { return false }
    let new = SourceTree(roots)
    if new.sources != sources { return true }  // also when it is asked again
    self = new
    return false
  }

  private mutating func read(_ directory: String) {
    directories[directory] = FileSystem.Stamp(directory)
    for name in FileSystem.names(in: directory) where !name.hasPrefix(".") {
      let path = "\(directory)/\(name)"
      if Self.extensions.contains(where: name.hasSuffix) {
        sources.insert(path)
      } else if FileSystem.isDirectory(path), FileSystem.linkTarget(path) == nil {
        read(path)
      }
    }
  }
}
