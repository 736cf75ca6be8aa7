/// The reason why no product can be run. The texts follow those of `swift run`.
package enum ProductSelectionFailure: Error, Equatable, CustomStringConvertible {
  /// The package has no executable product.
  case none
  /// The package has no executable product with this name.
  case noSuch(String, available: [String])
  /// The package has several executable products, and none was named.
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
  /// Returns the product that `swift run` would choose. If there are several, the one that was chosen
  /// `before` is returned. Throws ``ProductSelectionFailure``.
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

  /// Returns whether building everything would build targets that `product` does not need, such as another
  /// executable. `swift run` does not build these, so errors in them do not matter.
  package func hasMore(than product: String) -> Bool {
    let needed = Set(sources(of: [product]).map(\.target))
    return products.filter(\.isExecutable).count > 1
      || targets.contains { ["executable", "library"].contains($0.type) && !needed.contains($0.name) }
  }
}
