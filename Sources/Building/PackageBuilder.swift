internal import FastPathRun
internal import Glibc
package import Posix
internal import Reloader
package import Reporting
internal import Settings
package import SwiftPM

/// Builds the project: finds out what is in a package when that may have changed, runs `swift build` or the project's own
/// command, and keeps what came out.
package final class PackageBuilder {
  let root: String
  var recipe: Recipe
  /// What is run of it.
  package var targets: [BuildTarget] = [] {
    didSet { for target in targets { target.fast.environment = recipe.environment } }
  }
  /// The targets of the running build.
  private(set) var building: [BuildTarget] = []
  /// The programs of these targets before it.
  private var former: [Artifact?] = []
  /// Whether it compiles every source of the package.
  private(set) var isClean = false
  let loop: EventLoop
  let children: Children
  let console: Console
  /// The package was read (anew), or cannot be.
  package var described: () -> Void = {}
  /// Gets why there is nothing to run (`isFirst`: and never was).
  package var unusable: (ProductSelectionFailure, _ isFirst: Bool) -> Void = { _, _ in }
  /// A build is about to begin. `writesFiles`: it runs commands of the user's, which may write into the project.
  package var begins: (_ writesFiles: Bool) -> Void = { _ in }
  /// It has ended.
  package var concluded: (BuildComparison) -> Void = { _ in }
  /// Gets the end of every build, for each target that it was for.
  var ended: ([BuildOutcome]) -> Void = { _ in }

  /// The command that is running.
  var job: Job?
  /// Where SwiftPM puts programs; empty until that is known.
  var binPath = ""
  var binPathJob: Job?
  /// What is in the package; nil when that must be found out (again).
  var package: PackageDescription?
  /// Where its sources are, as far as that was known last.
  package var sources = PackageSources()
  let localPackages: LocalPackages
  private let terminals: SwiftPMTerminals
  var output = BuildOutput()
  /// The last lines of what the compiler and the user's commands have said against the last build.
  package var complaints: [String] = []
  private var resolved: FileSystem.Identity?
  /// The package has once had in it what is run.
  var wasUsable = false
  /// What was saved since the last build that succeeded.
  package private(set) var changed: Set<String> = []
  /// What was saved for that one.
  package private(set) var lastBuilt: Set<String> = []

  /// `swift build` is started in the next second.
  private var waiting: EventLoop.Token?
  /// The one whose fast build is running.
  var fastRunning: BuildTarget?
  /// Whether SwiftPM's plan is of use. For the first source of a target that had none when it planned last, SwiftPM does
  /// not plan anew.
  private var hasPlan = true
  /// Whether a build has succeeded since the start.
  private var hasBuilt = false
  /// How the last build was made.
  package var way = BuildWay.whole(because: "")
  /// Why there are no fast builds, as was said last.
  var toldObstacle: String?
  var started: Int64 = 0
  /// Whether the steps of a build may be shown: nobody else writes to the terminal.
  package var showsSteps = true

  package init(root: String, _ recipe: Recipe, loop: EventLoop, children: Children, console: Console) {
    self.root = root
    self.recipe = recipe
    self.loop = loop
    self.children = children
    self.console = console
    localPackages = LocalPackages(loop: loop, children: children)
    terminals = SwiftPMTerminals(root: root, loop: loop)
  }

  var swiftPM: SwiftPM {
    SwiftPM(
      root: root, configuration: recipe.configuration, arguments: recipe.arguments,
      environment: terminals.environment(
        over: recipe.environment, fixed: recipe.variableNames, arguments: recipe.arguments))
  }

  /// What is built: its name as far as it is known.
  package var name: String {
    var names: [String] = []
    for name in targets.compactMap(\.name) where !names.contains(name) { names.append(name) }
    if !names.isEmpty { return names.joined(separator: ", ") }
    return recipe.command == nil ? "the package" : "the project"
  }

  /// Builds are made so from now on, for these. A build that is running for others too is to be cancelled.
  package func use(_ recipe: Recipe, _ targets: [BuildTarget]) {
    for target in self.targets where !targets.contains(where: { $0 === target }) {
      target.fast.invalidate("it is not built any more")
    }
    self.recipe = recipe
    self.targets = targets
    package = nil
    (binPath, binPathJob) = ("", nil)
  }

  /// Starts a build for some of the targets, which ends in a call of ``ended``.
  func start(_ targets: [BuildTarget], isClean: Bool = false) {
    building = targets
    self.isClean = isClean
    way = .whole(because: obstacleToFast ?? "the program was not built before, or not so")
    if package == nil { for target in self.targets { target.fast.stop() } }  // SwiftPM would wait for them
    output = BuildOutput()
    complaints = []
    former = targets.map(\.newest)
    begins(recipe.before != nil || recipe.command != nil || recipe.after != nil)
    runHook(.beforeBuild, recipe.before) { [unowned self] in
      if recipe.command != nil {
        runHook(.buildCommand, recipe.command, then: finishBuild)
      } else if package == nil {
        describe()
      } else {
        build()
      }
    }
  }

  /// Ends the build as Ctrl-C would.
  func cancel() {
    if waiting != nil { return cancelWaiting() }
    fastRunning == nil ? job?.cancel() : cancelFast()
  }

  /// Ends it at once.
  func kill() {
    if waiting != nil { return cancelWaiting() }
    fastRunning == nil ? job?.kill() : cancelFast()
  }

  private func cancelWaiting() {
    waiting.map(loop.forget)
    waiting = nil
    loop.after(.zero) { [unowned self] in finish(.cancelled) }
  }

  /// What is left of a batch of saves when those that SwiftPM itself made are taken away. A save of a manifest, or of the
  /// first source of a target, has the package read anew at the next build.
  package func saves(in batch: [String]) -> [String] {
    let resolvedPath = "\(root)/Package.resolved"
    let saves = batch.filter { path in
      path != resolvedPath || recipe.command != nil
        || job == nil && FileSystem.identity(resolvedPath) != resolved
    }
    let isNew = saves.contains(where: sources.isNew)
    if isNew { hasPlan = false }
    if isNew || saves.contains(where: isManifest) { package = nil }
    changed.formUnion(saves)
    for target in targets { target.saved.formUnion(saves) }
    return saves
  }

  private func isManifest(_ path: String) -> Bool {
    let name = path[(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)...]
    return ["Package.swift", "Package.resolved"].contains(name)
      || name.hasPrefix("Package@swift-") && name.hasSuffix(".swift")
  }

  func buildWithSwiftPM() {
    for target in targets {
      target.fast.invalidate("the last swift build did not succeed")
      if isClean { target.fast.forgetObjects() }
    }
    let saved = targets.reduce(into: Set<String>()) { $0.formUnion($1.saved.union($1.builtFast)) }
    let directories = Set(targets.filter { $0.runnable.command == nil }.compactMap(\.path).map(\.parentPath))
    for directory in directories {
      if !hasPlan { BuildPlan.remove(for: directory) }
      CompiledObjects.remove(of: isClean ? nil : saved, in: directory)
    }
    let wait = directories.map(CompiledObjects.waitForNextSecond).max() ?? .zero
    if wait == .zero { return runSwiftPM() }
    console.detail(
      "SwiftPM would not see that modules have changed within one second: building in \(brief(wait))")
    waiting = loop.after(wait) { [unowned self] in
      waiting = nil
      runSwiftPM()
    }
  }

  private func runSwiftPM() {
    started = FileSystem.now
    let command = swiftPM.build(product: singleProduct)
    terminals.buildStarted()
    run(command, isShown: true) { [unowned self] in
      show(output.take($0, isComplete: $1))
    } then: { [unowned self] in
      terminals.buildEnded(succeeded: true)
      finishBuild()
    }
  }

  /// Of a package with more in it only what is run, if that is one. SwiftPM takes longer to build a part than the whole.
  private var singleProduct: String? {
    guard targets.count == 1, let product = targets[0].product, package?.hasMore(than: product) == true
    else { return nil }
    return product
  }

  private func finishBuild() {
    runHook(.afterBuild, recipe.after) { [unowned self] in
      targets.contains(where: \.isUnplaced) ? findPrograms() : keep()
    }
  }

  /// Keeps what the build has made for each target; `fast`: by the fast path, for these. What that had nothing to do for
  /// stays as it is.
  func keep(fast: [BuildTarget]? = nil) {
    defer { for maker in fast ?? [] { maker.discardOther() } }
    do throws(SystemError) {
      var artifacts: [Artifact] = []
      for target in building {
        let maker = fast?.first { $0.path == target.path }
        if fast != nil, maker == nil, let newest = target.newest {
          artifacts.append(newest)
        } else {
          artifacts.append(try target.keep(madeBy: maker, root: root))
        }
      }
      finish(.succeeded, artifacts)
    } catch {
      console.error("cannot keep the program that was built: \(error)")
      finish(.failed)
    }
  }

  /// Whether the build compiled a part of what there is, and declarations may have changed.
  private func isDoubtful(_ built: [BuildTarget]) -> Bool {
    if way.isFast { return built.contains { $0.fast.hasChangedDeclarations } }
    return recipe.command == nil && !isClean && hasBuilt
  }

  private func comparison(_ artifacts: [Artifact]) -> BuildComparison {
    if artifacts == former { return .same }
    return artifacts.allSatisfy(\.isKept) && former.allSatisfy { $0?.isKept == true } ? .different : .unknown
  }

  /// How the whole build ended.
  enum Ending {
    case succeeded, failed, cancelled
  }

  /// With the artifacts for those that are ``building``.
  func finish(_ ending: Ending, _ artifacts: [Artifact] = []) {
    job = nil
    terminals.buildEnded(succeeded: false, cancelled: ending == .cancelled)
    resolved = FileSystem.identity("\(root)/Package.resolved")
    let built = building
    building = []
    concluded(ending == .succeeded ? comparison(artifacts) : .none)
    for target in targets { target.fast.buildEnded(succeeded: ending == .succeeded) }
    switch ending {
    case .succeeded:
      (lastBuilt, changed) = (changed, [])
      hasPlan = true
      defer { hasBuilt = true }
      let isDoubtful = self.isDoubtful(built)
      ended(artifacts.map { isDoubtful ? .doubtful($0) : .succeeded($0) })
    case .failed:
      if package == nil, recipe.command == nil, !sources.isBroken {
        sources.isBroken = true
        described()
      }
      ended(built.map { _ in .failed })
    case .cancelled: ended(built.map { _ in .cancelled })
    }
    if ending == .succeeded, !way.isFast, building.isEmpty { prepareFast() }
  }
}
