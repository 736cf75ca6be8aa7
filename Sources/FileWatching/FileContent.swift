/// What a file holds, as far as that tells whether it is still the same.
package enum FileContent: Equatable, Sendable {
  /// There is none.
  case missing
  /// Not a byte.
  case empty
  /// The hash of its bytes.
  case hash(UInt64)
  /// It cannot be told: too large, a link, a file with several names, or not to be read.
  case unknown
}
