/// How what a build made compares with what there was.
package enum BuildComparison: Sendable {
  /// The program is the one that there was, is another one, or cannot be compared.
  case same, different, unknown
  /// The build did not succeed.
  case none
}
