internal import Posix

/// The directory of the products that a build system of SwiftPM makes in one configuration, and related
/// paths.
package struct BuildDirectory: Sendable {
  /// The path of the products: `.build/<triple>/debug`, or Swift Build's `.build/out/Products/Debug-linux`.
  package let products: String
  /// The path of Swift Build's `.build/out`; `nil` for the native build system.
  package let swiftBuild: String?

  /// Determines which build system has made a directory of products.
  package init(products: String) {
    self.products = products
    let parent = products.parentPath
    let isSwiftBuild =
      parent.hasSuffix("/Products") && FileSystem.isDirectory(parent.parentPath + "/Intermediates.noindex")
    swiftBuild = isSwiftBuild ? parent.parentPath : nil
  }

  /// The path of SwiftPM's scratch directory, `.build`.
  package var scratch: String { swiftBuild?.parentPath ?? products.parentPath.parentPath }

  /// The driver's files of each module: the output file map, and the record of its last run.
  var moduleFiles: [(outputs: String, record: String)] {
    guard let swiftBuild else {
      return Self.entries(in: products, ending: ".build").map {
        ($0 + "/output-file-map.json", $0 + "/primary.priors")
      }
    }
    let configuration = products.dropFirst(products.parentPath.utf8.count)
    let packages = Self.entries(in: swiftBuild + "/Intermediates.noindex", ending: ".build")
    let targets = packages.flatMap { Self.entries(in: $0 + configuration, ending: ".build") }
    let architectures = targets.flatMap { Self.entries(in: $0 + "/Objects-normal", ending: "") }
    let ending = "-OutputFileMap.json"
    return architectures.flatMap { Self.entries(in: $0, ending: ending) }.map {
      ($0, $0.dropLast(ending.utf8.count) + "-primary.priors")
    }
  }

  /// Returns the paths of the entries in a directory whose names have this ending.
  private static func entries(in directory: String, ending: String) -> [String] {
    FileSystem.names(in: directory).filter { ending.isEmpty || $0.hasSuffix(ending) }.map {
      "\(directory)/\($0)"
    }
  }
}
