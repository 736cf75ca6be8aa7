internal import Posix
internal import Settings

/// Returns the files that a pattern matches in a project, and the directories of which it matches everything,
/// with a slash at the end. Hidden directories are skipped, because they are not watched.
func pathsDescribed(by glob: Glob, in root: String) -> [String] {
  var found: [String] = []
  var open = [root]
  while let directory = open.popLast() {
    var inner: [String] = []
    for name in FileSystem.names(in: directory).sorted() {
      let path = directory + "/" + name
      let relative = String(path.dropFirst(root.count + 1))
      let isDirectory = FileSystem.identity(ofLink: path) == nil && FileSystem.isDirectory(path)
      if !isDirectory {
        if glob.matches(relative) { found.append(path) }
      } else if !name.hasPrefix(".") {
        if glob.matchesAll(in: relative) { found.append(path + "/") } else { inner.append(path) }
      }
    }
    open += inner.reversed()
  }
  return found
}
