internal import Building
internal import FileWatching
internal import Posix
internal import Settings
internal import SwiftPM

/// Explains the effect of a save of each path, and the rule that decides, by the rules of `hotreload run`. A
/// path need not exist. For a pattern in the syntax of `watch.exclude`, the matching paths are explained.
/// `write` is called with one line for each path, and `warn` with diagnostics. If the package cannot be
/// described, `warn` gets the reason, and everything in the project counts as watched. Throws
/// ``UsageFailure`` or `SettingsError`.
package func explain(
  _ paths: [String], _ invocation: Invocation, warn: (String) -> Void, write: (String) -> Void
) throws {
  let project = try Project(invocation)
  let services = try project.services()
  var sources = PackageSources()
  var products: [String] = []
  if project.recipe.command == nil {
    let (found, errors) = try sourcesOfPackage(project)
    sources = found
    if let description = sources.package {
      do throws(ProductSelectionFailure) {
        for service in services where service.runnable.command == nil {
          products.append(try description.executable(named: service.runnable.product))
        }
      } catch {
        throw UsageFailure(error.inExplanation)
      }
    } else {
      warn(
        "warning: cannot describe the package; everything in the project is watched until that succeeds\n\(errors)"
      )
    }
  }
  let rules = WatchRules(project, services, sources, products: products)
  project.warnings(watching: rules.listed).forEach(warn)
  for path in paths {
    if isPattern(path) {
      explain(pattern: path, project, rules, write: write)
      continue
    }
    let place = place(of: path, rules, followsLinks: project.watchOptions.followsLinks)
    let isDirectory = path.hasSuffix("/") || FileSystem.isDirectory(place)
    let name = isDirectory && !path.hasSuffix("/") ? path + "/" : path
    explain(name, place, isDirectory: isDirectory, project, rules, write: write)
    // As a pattern, it matches every directory of this name.
    if path.hasSuffix("/") { explain(pattern: path, besides: place, project, rules, write: write) }
  }
}

/// Returns whether a text is a pattern and not the path of an existing file.
private func isPattern(_ path: String) -> Bool {
  path.contains { "*?[{".contains($0) } && !FileSystem.exists(path)
}

private func explain(
  _ name: String, _ place: String, isDirectory: Bool, _ project: Project, _ rules: WatchRules,
  write: (String) -> Void
) {
  let saveEffect = isDirectory ? rules.saveEffect(onDirectory: place) : rules.saveEffect(on: place)
  write("\(name): \(saveEffect.effect.words) (\(reason(saveEffect, project)))\n")
}

/// Explains the paths that a pattern matches. `known` is a directory that was explained already.
private func explain(
  pattern: String, besides known: String? = nil, _ project: Project, _ rules: WatchRules,
  write: (String) -> Void
) {
  let limit = 50
  let glob = project.glob(pattern, rules.listed)
  let found = pathsDescribed(by: glob, in: project.root).filter { $0 != known.map { $0 + "/" } }
  for path in found.prefix(limit) {
    let isDirectory = path.hasSuffix("/")
    let place = isDirectory ? String(path.dropLast()) : path
    explain(project.shortened(path), place, isDirectory: isDirectory, project, rules, write: write)
  }
  if found.count > limit { write("\(pattern): and \(found.count - limit) more\n") }
  guard found.isEmpty, known == nil else { return }
  let flaw = Glob(pattern).flaw
  write("\(pattern): \(flaw ?? "the pattern matches nothing in \(project.root)")\n")
}

private func reason(_ saveEffect: SaveEffect, _ project: Project) -> String {
  // Files of the project are named relative to its root.
  "\(saveEffect.reason)".replacing(project.root + "/", with: "")
}

/// Returns the absolute path by which a file is watched: below a followed link, or without links.
private func place(of path: String, _ rules: WatchRules, followsLinks: Bool) -> String {
  let asTyped = absolute(path, CurrentProcess.directory)
  return followsLinks && rules.saveEffect(on: asTyped).effect != .nothing ? asTyped : resolved(path)
}

/// Returns the absolute path as SwiftPM names it. Links in its directory are resolved as far as they exist.
private func resolved(_ path: String) -> String {
  let path = absolute(path, CurrentProcess.directory)
  var way = path.split(separator: "/")
  var rest = way.popLast().map { [$0] } ?? []
  while true {
    if let real = FileSystem.realPath("/" + way.joined(separator: "/")) {
      return (real == "/" ? "" : real) + "/" + rest.joined(separator: "/")
    }
    guard let last = way.popLast() else { return path }
    rest.insert(last, at: 0)
  }
}

/// Asks SwiftPM for the sources of the project. `errors` are its messages about a package that it cannot
/// describe.
private func sourcesOfPackage(_ project: Project) throws -> (sources: PackageSources, errors: String) {
  let loop = try EventLoop()
  let children = try Children(loop: loop)
  var (lines, errors, isDescribed) = ([String](), [String](), false)
  let recipe = project.recipe
  let swiftPM = SwiftPM(
    root: project.root, configuration: recipe.configuration, arguments: recipe.arguments,
    environment: recipe.environment)
  let job = try Job(swiftPM.describe, loop: loop, children: children) { text, isComplete, isError in
    guard isComplete else { return }
    if isError { errors.append(text) } else { lines.append(text) }
  } whenEnded: { ending in
    isDescribed = ending == .succeeded
    loop.stop()
  }
  try withExtendedLifetime(job) { try loop.run() }
  guard isDescribed else { return (PackageSources(isBroken: true), errors.joined(separator: "\n")) }
  let package = try PackageDescription(json: lines.joined(separator: "\n"))
  var sources = PackageSources(package: package)
  let packages = LocalPackages(loop: loop, children: children)
  packages.find(package.localDependencies, by: swiftPM) {
    sources.local = $0
    loop.stop()
  }
  try withExtendedLifetime(packages) { try loop.run() }
  return (sources, "")
}

extension ProductSelectionFailure {
  fileprivate var inExplanation: String {
    if case .several(let names) = self {
      "multiple executable products available: \(names.joined(separator: ", ")); name one with --product"
    } else {
      "\(self)"
    }
  }
}

extension SaveEffect.Effect {
  fileprivate var words: String {
    switch self {
    case .build: "build"
    case .restart: "restart, without a build"
    case .reload: "reload the browser's pages"
    case .settings: "read the settings again"
    case .rules: "update the watched files"
    case .tracking: "update the files that git tracks"
    case .nothing: "nothing"
    }
  }
}
