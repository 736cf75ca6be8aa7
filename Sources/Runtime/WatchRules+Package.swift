internal import Building
internal import FileWatching
internal import Posix

extension WatchRules {
  /// What is watched before the package's description has been read, or when its manifest is broken.
  init(root: String) {
    self.init(files: Self.manifests(root), directories: Self.conventionalSources(root))
  }

  /// What the build of a product reads: the manifest, the product's targets, and packages in the file system.
  init(_ package: PackageDescription, product: String) {
    let local = package.localDependencies
    self.init(
      files: Self.manifests(package.path).union(local.flatMap(Self.manifests)),
      directories: package.sourceDirectories(of: product) + local.flatMap(Self.conventionalSources))
  }

  private static func manifests(_ root: String) -> Set<String> {
    ["\(root)/Package.swift", "\(root)/Package.resolved"]
  }

  /// Where SwiftPM looks for targets that name no path (`PackageBuilder.predefinedSourceDirectories`); everything else
  /// only where none of these is there.
  private static func conventionalSources(_ root: String) -> [String] {
    let found = ["Sources", "Source", "src", "srcs", "Plugins"].map { "\(root)/\($0)" }.filter(
      FileSystem.isDirectory)
    return found.isEmpty ? [root] : found
  }
}
