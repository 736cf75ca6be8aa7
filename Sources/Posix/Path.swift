extension String {
  /// The directory of the last component of an absolute path. The parent of `/` is `/`.
  package var parentPath: String {
    guard let slash = lastIndex(of: "/"), slash != startIndex else { return "/" }
    return String(self[..<slash])
  }
}
