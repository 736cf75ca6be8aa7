extension String {
  /// Of an absolute path: the directory that its last part is in; `/` is its own.
  package var parentPath: String {
    guard let slash = lastIndex(of: "/"), slash != startIndex else { return "/" }
    return String(self[..<slash])
  }
}
