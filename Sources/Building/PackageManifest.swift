internal import FoundationEssentials

/// What `swift package dump-package` says of a package in the file system, as far as we need it.
package struct PackageManifest: Decodable, Equatable, Sendable {
  private struct Target: Decodable, Equatable {
    let path: String?
    let type: String
  }

  private struct Dependency: Decodable, Equatable {
    struct Place: Decodable, Equatable {
      let path: String
    }

    let fileSystem: [Place]?
  }

  private let targets: [Target]
  private let dependencies: [Dependency]

  /// Reads the JSON. Throws `DecodingError`.
  package init(json: String) throws {
    self = try JSONDecoder().decode(Self.self, from: Data(json.utf8))
  }

  /// Where the manifest says that targets are, relative to the package's root; not those of tests.
  package var targetPaths: [String] { targets.filter { $0.type != "test" }.compactMap(\.path) }

  /// The roots of packages that this one uses from the file system.
  package var localDependencies: [String] { dependencies.flatMap { $0.fileSystem ?? [] }.map(\.path) }
}
