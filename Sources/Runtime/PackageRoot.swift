internal import Posix

/// The nearest directory, from `path` upwards, with a `Package.swift`: the one that `swift build` takes. Throws
/// ``UsageFailure``.
func packageRoot(from path: String) throws(UsageFailure) -> String {
  guard let start = FileSystem.realPath(path), FileSystem.isDirectory(start) else {
    throw UsageFailure("'\(path)' is not a directory; give the package's with --package-path")
  }
  var directory = start[...]
  while true {
    if FileSystem.exists("\(directory)/Package.swift") { return directory.isEmpty ? "/" : String(directory) }
    guard let slash = directory.lastIndex(of: "/") else { break }
    directory = directory[..<slash]
  }
  throw UsageFailure(
    """
    no Package.swift in \(start) or a directory above it; run hotreload in a package's directory, \
    or name it with --package-path
    """)
}
