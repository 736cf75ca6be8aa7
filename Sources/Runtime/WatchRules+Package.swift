internal import Building
internal import FileWatching
internal import Posix
internal import Settings

extension WatchRules {
  /// What is watched for a project: what the build of its product reads as far as `package` says it, what its settings
  /// add, and the settings.
  init(_ project: Project, _ package: PackageDescription?, product: String) {
    var files: Set = [project.settingsFile]
    var directories: [String] = []
    if project.settings.command(.buildCommand) != nil {
      if project.settings.strings(.include).isEmpty { directories = [project.root] }
    } else if let package {
      let local = package.localDependencies
      files.formUnion(Self.manifests(package.path).union(local.flatMap(Self.manifests)))
      directories = package.sourceDirectories(of: product) + local.flatMap(Self.conventionalSources)
    } else {  // not described yet, or its manifest is broken
      files.formUnion(Self.manifests(project.root))
      directories = Self.conventionalSources(project.root)
    }
    for path in project.settings.strings(.include) + project.restartPaths {
      if FileSystem.isDirectory(path) { directories.append(path) } else { files.insert(path) }
    }
    self.init(files: files, directories: directories)
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
