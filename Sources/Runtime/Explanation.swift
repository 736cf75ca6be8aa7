internal import Building
internal import FileWatching
internal import Posix

/// Tells what a save of each path would do, and which rule decides, by the rules that `hotreload run` would watch with.
/// A path need not exist. `write` gets a line for each; `warn` why a package cannot be described, as long as which the
/// directories are watched in which SwiftPM looks for sources. Throws ``UsageFailure`` and `SettingsError`.
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
      warn("the package cannot be described; everything in the project is watched meanwhile\n\(errors)")
    }
  }
  let rules = WatchRules(project, services, sources, products: products)
  for path in paths {
    let place = place(of: path, rules, followsLinks: project.watchOptions.followsLinks)
    let isDirectory = path.hasSuffix("/") || FileSystem.isDirectory(place)
    let verdict = isDirectory ? rules.verdict(onDirectory: place) : rules.verdict(on: place)
    let name = isDirectory && !path.hasSuffix("/") ? path + "/" : path
    write("\(name): \(verdict.effect.words) (\(reason(verdict, project)))\n")
  }
}

private func reason(_ verdict: Verdict, _ project: Project) -> String {
  // Files of the project are named as the user would name them.
  "\(verdict.reason)".replacing(project.root + "/", with: "")
}

/// Absolute, and as it is watched: below a link that is followed, or without links.
private func place(of path: String, _ rules: WatchRules, followsLinks: Bool) -> String {
  let asTyped = absolute(path, CurrentProcess.directory)
  return followsLinks && rules.verdict(on: asTyped).effect != .nothing ? asTyped : resolved(path)
}

/// Absolute, and as SwiftPM names it: links on the way to it are followed as far as they lead somewhere.
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

/// Asks SwiftPM where the project has its sources. `errors`: what it says against a package that it cannot describe.
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

extension Verdict.Effect {
  fileprivate var words: String {
    switch self {
    case .build: "build"
    case .restart: "restart, without a build"
    case .reload: "the browser's pages are loaded again"
    case .settings: "the settings are read again"
    case .rules: "what is watched is decided again"
    case .tracking: "what git tracks is looked up again"
    case .nothing: "nothing"
    }
  }
}
