internal import Posix

/// The sources below some directories, by their names: for what comes or goes where nobody watches.
package struct SourceTree {
  private static let extensions = [".swift", ".c", ".cc", ".cpp", ".cxx", ".m", ".mm", ".s", ".S"]

  private let roots: [String]
  private var directories: [String: FileSystem.Stamp?] = [:]
  package private(set) var sources: Set<String> = []

  /// Reads all of it.
  package init(_ roots: [String]) {
    self.roots = roots
    for root in roots { read(root) }
  }

  /// Whether there is no source.
  package var isEmpty: Bool { sources.isEmpty }

  /// The sources that are there now, if that may be others than were read. That is looked for only if a directory has
  /// changed, as one does by a save that renames.
  package mutating func reread() {
    if directories.allSatisfy({ FileSystem.Stamp($0.key) == $0.value }) { return }
    self = SourceTree(roots)
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
