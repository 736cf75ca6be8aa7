internal import Building
internal import FileWatching
internal import Posix

extension WatchRules {
  /// What is watched before the package's description has been read, or when its manifest is broken.
  init(root: String) {
    self.init(files: Self.manifests(root), directories: Self.conventionalSources(root))
  }

  /// What the build of a package reads: its manifest, its targets, and packages in the file system that it uses.
  init(_ package: PackageDescription) {
    let local = package.localDependencies
    self.init(
      files: Self.manifests(package.path).union(local.flatMap(Self.manifests)),
      directories: package.sourceDirectories + local.flatMap(Self.conventionalSources))
  }

  private static func manifests(_ root: String) -> Set<String> {
    ["\(root)/Package.swift", "\(root)/Package.resolved"]
  }

  /// Where SwiftPM looks for targets that name no path (`PackageBuilder.predefinedSourceDirectories`); everything else
  /// only where none of these is there.
  private static func conventionalSources(_ root: String) -> [String] {
    let found = ["Sources", "Source", "src", "srcs", "Plugins"].map { "\(root)/\($0)" }.filter(FileSystem.isDirectory)
    return found.isEmpty ? [root] : found
  }
}
