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

  /// Whether building everything would build what this product does not need, such as another executable, or a library for
  /// others: as with `swift run`, its errors are not this one's.
  package func hasMore(than product: String) -> Bool {
    let needed = Set(sources(of: [product]).map(\.target))
    return products.filter(\.isExecutable).count > 1
      || targets.contains { ["executable", "library"].contains($0.type) && !needed.contains($0.name) }
  }
}
