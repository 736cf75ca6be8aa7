/// Why no product can be run; the texts are those of `swift run`.
package enum ProductSelectionFailure: Error, Equatable, CustomStringConvertible {
  case none
  case noSuch(String, available: [String])
  case several([String])

  package var description: String {
    switch self {
    case .none:
      "no executable product available; hotreload runs an '.executableTarget' of the package's Package.swift"
    case .noSuch(let name, let available):
      "no executable product named '\(name)'"
        + (available.isEmpty ? "" : "; available: \(available.joined(separator: ", "))")
    case .several(let names):
      """
      multiple executable products available: \(names.joined(separator: ", ")); \
      name one: hotreload run <product>
      """
    }
  }
}

extension PackageDescription {
  /// The product that `swift run` would pick; where that is undecided, the one that was picked `before`.
  package func executable(named name: String?, before: String? = nil) throws(ProductSelectionFailure)
    -> String
  {
    let available = products.filter(\.isExecutable).map(\.name).sorted()
    if let name {
      guard available.contains(name) else { throw .noSuch(name, available: available) }
      return name
    }
    switch available.count {
    case 0: throw .none
    case 1: return available[0]
    default:
      guard let before, available.contains(before) else { throw .several(available) }
      return before
    }
  }

  /// Whether the package has another executable, which building everything would build too.
  package var hasSeveralExecutables: Bool { products.filter(\.isExecutable).count > 1 }
}
