internal import Posix

/// Where a package that is built has its sources, as far as that is known.
package struct PackageSources {
  /// What SwiftPM said of it when it last could.
  package var package: PackageDescription?
  /// Packages in the file system that it is built from.
  package var local: [LocalPackage] = []
  /// SwiftPM cannot describe it: whatever is saved may be what is missing.
  package var isBroken = false

  /// As far as it is known.
  package init(package: PackageDescription? = nil, local: [LocalPackage] = [], isBroken: Bool = false) {
    (self.package, self.local, self.isBroken) = (package, local, isBroken)
  }

  /// Where SwiftPM looks for targets that name no path (`PackageBuilder.predefinedSourceDirectories`); everything else
  /// only where none of these is there.
  package static func conventional(_ root: String) -> [String] {
    let found = usual(root)
    return found.isEmpty ? [root] : found
  }

  private static let names = ["Sources", "Source", "src", "srcs", "Plugins"]

  fileprivate static func usual(_ root: String) -> [String] {
    names.map { "\(root)/\($0)" }.filter(FileSystem.isDirectory)
  }

  /// Whether a file lies where SwiftPM looks for targets, and belongs to none that was described.
  package func isNew(_ path: String) -> Bool {
    guard let package else { return false }
    return Self.names.contains { path.hasPrefix("\(package.path)/\($0)/") } && !package.claims(path)
  }
}

extension PackageDescription {
  /// Directories without a source, maybe of targets: SwiftPM warns of those, and describes them not.
  package var emptyDirectories: [String] {
    PackageSources.usual(path).flatMap { directory in
      FileSystem.names(in: directory).map { "\(directory)/\($0)" }
    }.filter { FileSystem.isDirectory($0) && !claims($0) && SourceTree([$0]).isEmpty }
  }

  /// Whether something at this path belongs to a target, or a target to it.
  fileprivate func claims(_ path: String) -> Bool {
    targets.contains { target in
      let directory = target.path == "." ? self.path : "\(self.path)/\(target.path)"
      return path == directory || path.hasPrefix(directory + "/") || directory.hasPrefix(path + "/")
    }
  }
}
