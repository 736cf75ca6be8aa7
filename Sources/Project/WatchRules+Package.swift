package import FileWatching
internal import Git
internal import GitIgnore
internal import Posix
internal import Settings
package import SwiftPM

extension WatchRules {
  /// Creates the rules for a project and its services. They contain the files that the build of these
  /// products reads, as far as SwiftPM describes them, the files that the settings add, and the settings.
  package init(_ project: Project, _ services: [Project], _ sources: PackageSources, products: [String]) {
    let settings = project.settings
    var files = [WatchedEntry(project.settingsFile, .settings, origin: "the settings file")]
    var directories: [WatchedEntry] = []
    if project.buildCommand != nil {
      if settings.strings(.include).isEmpty {
        directories = [project.narrowed(project.root, "in the project")]
      }
    } else {
      let roots = [project.root] + sources.local.map(\.root)
      files += roots.flatMap(Self.manifests)
      if let package = sources.package {
        directories = package.sources(of: products).map { target, directory in
          WatchedEntry(directory, origin: "source of target '\(target)'")
        }
        directories += package.emptyDirectories.map {
          WatchedEntry($0, origin: "possible place of a target's first source")
        }
      } else {
        directories = PackageSources.conventional(project.root).map {
          WatchedEntry($0, origin: "source of the package at \(project.root)")
        }
      }
      directories += sources.local.flatMap { package in
        package.directories.map { WatchedEntry($0, origin: "source of the package at \(package.root)") }
      }
      if sources.isBroken {
        directories.append(
          project.narrowed(project.root, "in the project, whose package cannot be described"))
      }
    }
    for (index, path) in settings.strings(.include).enumerated() {
      let origin = project.origin(.include, index)
      if !FileSystem.isFile(path) { directories.append(project.narrowed(path, origin)) }
      if !FileSystem.isDirectory(path) { files.append(WatchedEntry(path, origin: origin)) }
    }
    for (service, setting) in services.flatMap({ [($0, Setting.restartOn), ($0, .environmentFiles)] }) {
      let entries = service.settings.strings(setting).enumerated().map {
        WatchedEntry($1, .restart, origin: service.origin(setting, $0))
      }
      directories += entries.filter { !FileSystem.isFile($0.path) }
      files += entries.filter { !FileSystem.isDirectory($0.path) }
    }
    for (index, path) in settings.strings(.reloadOn).enumerated() {
      let entry = WatchedEntry(path, .reload, origin: project.origin(.reloadOn, index))
      if !FileSystem.isFile(path) { directories.append(entry) }
      if !FileSystem.isDirectory(path) { files.append(entry) }
    }
    for entry in directories where entry.ignores != nil {
      files += IgnoreFiles.outerFiles(of: entry.path, root: project.root).map {
        WatchedEntry($0, .rules, origin: "git's ignore rules")
      }
      if let index = IgnoreFiles.index(of: entry.path) {
        files.append(WatchedEntry(index, .tracking, origin: "git's index"))
      }
    }
    self.init(
      files: files, directories: directories, root: project.root,
      exclusions: project.exclusions(watching: (directories + files).filter(\.isForSaves).map(\.path)),
      extensions: settings.strings(.extensions))
  }

  private static func manifests(_ root: String) -> [WatchedEntry] {
    [
      WatchedEntry("\(root)/Package.swift", origin: "a package's manifest"),
      WatchedEntry("\(root)/Package.resolved", origin: "versions of a package's dependencies"),
    ]
  }
}

extension Project {
  /// Returns the position and the setting of an element of a list, such as `.reload.toml:3: watch.exclude`.
  fileprivate func origin(_ setting: Setting, _ index: Int) -> String {
    let origin = settings.entry(setting).origin(ofElement: index)
    return "\(origin.description(path: shortened)): \(setting.key)"
  }

  /// Returns an entry for a directory without the files that git ignores and those with other extensions.
  fileprivate func narrowed(_ path: String, _ origin: String) -> WatchedEntry {
    WatchedEntry(
      path, origin: origin, isNarrowed: true,
      ignores: settings.flag(.gitignore) ? IgnoreFiles(of: path, root: root) : nil)
  }

  /// Returns the exclusions of the settings. Patterns may match watched files outside of the project.
  fileprivate func exclusions(watching watched: [String]) -> [Exclusion] {
    let globs = settings.strings(.exclude).enumerated().map { index, text in
      Exclusion(glob(text, watched), origin: "\(origin(.exclude, index)): \(text)")
    }
    return globs
      + settings.strings(.excludeExpressions).enumerated().compactMap { index, text in
        (try? PathExpression(text)).map {
          Exclusion($0, origin: "\(origin(.excludeExpressions, index)): \(text)")
        }
      }
  }

  /// Returns a pattern in the syntax of `watch.exclude`.
  func glob(_ pattern: String, _ watched: [String]) -> Glob {
    Glob(pattern, root: root, outside: watched.filter(isOutside))
  }

  /// Returns whether a path is not in the project.
  func isOutside(_ path: String) -> Bool { !path.hasPrefix(root + "/") && path != root }
}

extension Glob: PathPattern {}

extension PathExpression: PathPattern {
  /// Returns `false`, because an expression is matched against each file of a directory.
  package func matchesAll(in directory: String) -> Bool { false }
}
