/// The content of a file, as far as it is needed to detect a change.
package enum FileContent: Equatable, Sendable {
  /// The file does not exist.
  case missing
  /// The file has no bytes.
  case empty
  /// The file has bytes with this hash.
  case hash(UInt64)
  /// The content is not known: the file is too large, is a link, has several names, or cannot be read.
  case unknown
}
