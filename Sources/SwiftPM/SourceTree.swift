internal import Posix

/// The names of all sources below some directories, which show that sources were added or removed in
/// unwatched directories.
package struct SourceTree {
  private static let extensions = [".swift", ".c", ".cc", ".cpp", ".cxx", ".m", ".mm", ".s", ".S"]

  private let roots: [String]
  private var directories: [String: FileSystem.Stamp?] = [:]
  package private(set) var sources: Set<String> = []

  /// Reads all directories below `roots`.
  package init(_ roots: [String]) {
    self.roots = roots
    for root in roots { read(root) }
  }

  /// Whether there are no sources.
  package var isEmpty: Bool { sources.isEmpty }

  /// Updates ``sources``. The directories are only read if one of them has changed, which a save by renaming
  /// does.
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
