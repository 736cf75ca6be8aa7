internal import Posix

/// The sources of the built package, as far as they are known.
package struct PackageSources {
  /// The last description of the package by SwiftPM.
  package var package: PackageDescription?
  /// The local packages on which it depends.
  package var local: [LocalPackage] = []
  /// Whether SwiftPM cannot describe the package. Any saved file may then be the missing one.
  package var isBroken = false

  /// Creates the sources, as far as they are known.
  package init(package: PackageDescription? = nil, local: [LocalPackage] = [], isBroken: Bool = false) {
    (self.package, self.local, self.isBroken) = (package, local, isBroken)
  }

  /// Returns the directories in which SwiftPM looks for targets without a path
  /// (`PackageBuilder.predefinedSourceDirectories`). It uses the root only if none of them exists.
  package static func conventional(_ root: String) -> [String] {
    let found = usual(root)
    return found.isEmpty ? [root] : found
  }

  private static let names = ["Sources", "Source", "src", "srcs", "Plugins"]

  fileprivate static func usual(_ root: String) -> [String] {
    names.map { "\(root)/\($0)" }.filter(FileSystem.isDirectory)
  }

  /// Returns whether a file is in a directory in which SwiftPM looks for targets, and belongs to no described
  /// target.
  package func isNew(_ path: String) -> Bool {
    guard let package else { return false }
    return Self.names.contains { path.hasPrefix("\(package.path)/\($0)/") } && !package.claims(path)
  }
}

extension PackageDescription {
  /// The directories without a source that may belong to targets. SwiftPM warns of such targets, and does not
  /// describe them.
  package var emptyDirectories: [String] {
    PackageSources.usual(path).flatMap { directory in
      FileSystem.names(in: directory).map { "\(directory)/\($0)" }
    }.filter { FileSystem.isDirectory($0) && !claims($0) && SourceTree([$0]).isEmpty }
  }

  /// Returns whether the path is in the directory of a target, or contains one.
  fileprivate func claims(_ path: String) -> Bool {
    targets.contains { target in
      let directory = target.path == "." ? self.path : "\(self.path)/\(target.path)"
      return path == directory || path.hasPrefix(directory + "/") || directory.hasPrefix(path + "/")
    }
  }
}
