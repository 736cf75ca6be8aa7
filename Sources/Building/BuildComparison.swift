/// The comparison of the programs that a build made with the previous ones.
package enum BuildComparison: Sendable {
  /// All programs are the same, one is different, or they cannot be compared.
  case same, different, unknown
  /// The build did not succeed.
  case none
}
