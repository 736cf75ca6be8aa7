// The strings in lists of paths, patterns and extensions.
extension SettingValue {
  /// Returns a string of a list in the form in which it is used. Throws ``InvalidValue`` with the problem and
  /// the correction.
  package static func element(_ text: String, of kind: Setting.Kind) throws(InvalidValue) -> String {
    switch kind {
    case .strings(paths: true):
      if text.isEmpty {
        throw InvalidValue("an empty path names nothing; remove it, or write \".\" for the directory")
      }
    case .globs:
      if let flaw = Glob(text).flaw { throw InvalidValue(flaw) }
    case .expressions:
      let expression = try PathExpression(text)
      if ["0", "é", "a/b.c", "A_B-C"].allSatisfy(expression.matches) {
        throw InvalidValue("'\(text)' matches everything, so no save would start a build")
      }
    case .extensions: return try fileExtension(text)
    default: break
    }
    return text
  }

  /// Returns an extension with its dot.
  private static func fileExtension(_ text: String) throws(InvalidValue) -> String {
    var name = text[...]
    while name.first == " " { name = name.dropFirst() }
    while name.last == " " { name = name.dropLast() }
    if name.hasPrefix("*.") {
      name = name.dropFirst(2)
    } else if name.hasPrefix(".") {
      name = name.dropFirst()
    }
    if name == "*" {
      throw InvalidValue("'\(text)' is every extension, which is the default; remove it")
    }
    if name.isEmpty { throw InvalidValue("'\(text)' is not an extension; write it as \".html\"") }
    if name.contains(where: { "*?[]{},/\\ ".contains($0) }) {
      throw InvalidValue("'\(text)' is not an extension; write each one separately, as \".html\", \".css\"")
    }
    return ".\(name)"
  }
}
