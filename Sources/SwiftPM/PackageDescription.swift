internal import FoundationEssentials

/// The output of `swift package describe --type json`, as far as it is needed.
package struct PackageDescription: Decodable, Equatable, Sendable {
  /// A product of the package.
  package struct Product: Decodable, Equatable, Sendable {
    package let name: String
    /// The names of the product's targets.
    package let targets: [String]
    package let isExecutable: Bool

    private enum Key: CodingKey { case name, targets, type }
    private enum Kind: CodingKey { case executable }

    package init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: Key.self)
      name = try container.decode(String.self, forKey: .name)
      targets = try container.decode([String].self, forKey: .targets)
      isExecutable = try container.nestedContainer(keyedBy: Kind.self, forKey: .type).contains(.executable)
    }
  }

  /// A target of the package.
  package struct Target: Decodable, Equatable, Sendable {
    package let name: String
    /// The path relative to the package's root.
    package let path: String
    /// The type, such as `executable`, `library`, `plugin`, `macro` or `test`.
    package let type: String
    /// The names of the targets of the same package on which it depends.
    package let dependencies: [String]?

    private enum CodingKeys: String, CodingKey {
      case name, path, type
      case dependencies = "target_dependencies"
    }
  }

  /// A package on which this one depends.
  package struct Dependency: Decodable, Equatable, Sendable {
    /// The type, such as `fileSystem` or `sourceControl`.
    package let type: String
    /// The identity in lower case, usually the last part of the location.
    package let identity: String?
    /// The path of a local package; `nil` for others.
    package let path: String?
  }

  /// The path of the package's root.
  package let path: String
  package let products: [Product]
  package let targets: [Target]
  package let dependencies: [Dependency]

  /// Decodes the JSON. Throws `DecodingError`.
  package init(json: String) throws {
    self = try JSONDecoder().decode(Self.self, from: Data(json.utf8))
  }

  /// Returns the targets from which these products are built, with their absolute directories. The
  /// description does not say which targets use plugins and macros, so all of these are included, with their
  /// dependencies.
  package func sources(of names: [String]) -> [(target: String, directory: String)] {
    var needed: Set<String> = []
    var open = targets.filter { $0.type == "plugin" || $0.type == "macro" }.map(\.name)
    open += products.filter { names.contains($0.name) }.flatMap(\.targets)
    while let name = open.popLast() {
      guard needed.insert(name).inserted else { continue }
      open += targets.first { $0.name == name }?.dependencies ?? []
    }
    return targets.filter { needed.contains($0.name) }
      .map { ($0.name, $0.path == "." ? path : "\(path)/\($0.path)") }
  }

  /// The roots of the local packages on which this one depends.
  package var localDependencies: [String] {
    dependencies.filter { $0.type == "fileSystem" }.compactMap(\.path)
  }
}
