internal import FoundationEssentials

/// The output of `swift package dump-package` for a local package, as far as it is needed.
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

  /// Decodes the JSON. Throws `DecodingError`.
  package init(json: String) throws {
    self = try JSONDecoder().decode(Self.self, from: Data(json.utf8))
  }

  /// The paths of targets that the manifest states, relative to the package's root, except those of tests.
  package var targetPaths: [String] { targets.filter { $0.type != "test" }.compactMap(\.path) }

  /// The roots of the local packages on which this one depends.
  package var localDependencies: [String] { dependencies.flatMap { $0.fileSystem ?? [] }.map(\.path) }
}
