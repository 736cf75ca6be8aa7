/// Lexical operations on absolute paths. None of them accesses the file system.
extension String {
  /// The directory of the last component. The parent of "/" is "/".
  var parentPath: String {
    guard let slash = utf8.lastIndex(of: UInt8(ascii: "/")), slash > startIndex else { return "/" }
    return String(self[..<slash])
  }

  /// The last component.
  var lastName: Substring {
    guard let slash = utf8.lastIndex(of: UInt8(ascii: "/")) else { return self[...] }
    return self[utf8.index(after: slash)...]
  }

  /// Returns the path of the entry `name` of this directory.
  func entry(_ name: some StringProtocol) -> String {
    self == "/" ? "/\(name)" : "\(self)/\(name)"
  }

  /// The path without trailing and doubled slashes and without "." components. A ".." stays, because after a
  /// symbolic link it does not lead back lexically.
  var withoutEmptyNames: String {
    "/" + split(separator: "/").filter { $0 != "." }.joined(separator: "/")
  }

  /// The directories on the way to this path, from "/" to its parent.
  var ancestors: [String] {
    var found: [String] = []
    var current = self
    while current != "/" {
      current = current.parentPath
      found.append(current)
    }
    return found.reversed()
  }
}

extension String {
  /// Returns whether this path is below a directory.
  func isInside(_ directory: String) -> Bool { directory == "/" || hasPrefix(directory + "/") }

  /// Returns this path relative to a directory, such as `a/b`, or `../b` if it is not below the directory.
  package func relative(to directory: String) -> String {
    if directory != "/", isInside(directory) { return String(utf8.dropFirst(directory.utf8.count + 1)) ?? "" }
    let own = split(separator: "/")
    let base = directory.split(separator: "/")
    let common = zip(own, base).prefix { $0 == $1 }.count
    return (Array(repeating: "..", count: base.count - common) + own[common...]).joined(separator: "/")
  }
}
