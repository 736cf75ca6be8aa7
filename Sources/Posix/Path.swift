extension String {
  /// The directory of the last component of an absolute path. The parent of `/` is `/`.
  package var parentPath: String {
    // The path is searched by bytes, because a name may begin with a combining character, which would form
    // one character with the slash before it.
    guard let slash = utf8.lastIndex(of: UInt8(ascii: "/")), slash != startIndex else { return "/" }
    return String(self[..<slash])
  }
}
