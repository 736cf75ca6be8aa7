internal import FoundationEssentials

/// What `swift package describe --type json` says of a package, as far as we need it.
package struct PackageDescription: Decodable, Equatable, Sendable {
  package struct Product: Decodable, Equatable, Sendable {
    package let name: String
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

  package struct Target: Decodable, Equatable, Sendable {
    package let name: String
    /// Relative to the package's root.
    package let path: String
    package let type: String
    /// Targets of the same package that it depends on.
    package let dependencies: [String]?

    private enum CodingKeys: String, CodingKey {
      case name, path, type
      case dependencies = "target_dependencies"
    }
  }

  package struct Dependency: Decodable, Equatable, Sendable {
    package let type: String
    /// Its name in lower case, mostly the last part of its address.
    package let identity: String?
    /// Of a dependency in the file system.
    package let path: String?
  }

  package let path: String
  package let products: [Product]
  package let targets: [Target]
  package let dependencies: [Dependency]

  /// Reads the JSON. Throws `DecodingError`.
  package init(json: String) throws {
    self = try JSONDecoder().decode(Self.self, from: Data(json.utf8))
  }

  /// Where the build of these products reads sources and resources, as absolute paths with the names of the targets. Of
  /// plugins and macros the description does not say who uses them: they, and what they depend on, are all among them.
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

  /// The roots of packages that this one uses from the file system.
  package var localDependencies: [String] {
    dependencies.filter { $0.type == "fileSystem" }.compactMap(\.path)
  }
}
