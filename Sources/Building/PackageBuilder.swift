internal import FastPathRun
internal import Glibc
package import Posix
package import Reloader
package import Reporting
internal import Settings
package import SwiftPM

/// Builds the project: reads the package when it may have changed, runs `swift build` or the project's own
/// command, and keeps the programs.
package final class PackageBuilder {
  let root: String
  var recipe: Recipe
  /// The programs of the project that are run.
  package var targets: [BuildTarget] = [] {
    didSet { for target in targets { target.fast.environment = recipe.environment } }
  }
  /// The targets of the running build.
  private(set) var building: [BuildTarget] = []
  /// The programs of these targets before it.
  private var former: [Artifact?] = []
  /// Whether the running build compiles every source of the package.
  private(set) var isClean = false
  let loop: EventLoop
  let children: Children
  let console: Console
  /// The handler for a package that was read again or can no longer be read.
  package var described: () -> Void = {}
  /// The handler of the reason why there is no program to run. `isFirst` is whether there never was one.
  package var unusable: (ProductSelectionFailure, _ isFirst: Bool) -> Void = { _, _ in }
  /// The handler of a build that is about to begin. `writesFiles` is whether it runs commands of the user,
  /// which may write into the project.
  package var begins: (_ writesFiles: Bool) -> Void = { _ in }
  /// The handler of the end of a build.
  package var concluded: (BuildComparison) -> Void = { _ in }
  /// The handler of the results of a build, one for each of its targets.
  package var ended: ([(BuildTarget, BuildOutcome)]) -> Void = { _ in }

  /// The command that is running.
  var job: Job?
  /// The directory into which SwiftPM puts programs; empty until it is known.
  var binPath = ""
  var binPathJob: Job?
  /// The description of the package; `nil` if it must be read before the next build.
  var package: PackageDescription?
  /// The sources of the package, as they were last known.
  package var sources = PackageSources()
  let localPackages: LocalPackages
  private let terminals: SwiftPMTerminals
  var output = BuildOutput()
  /// The last lines of errors of the last build, from the compiler and from the user's commands.
  package var complaints: [String] = []
  private var resolved: FileSystem.Identity?
  /// Whether the package has ever contained the products to run.
  var wasUsable = false
  /// The files that were saved since the last build that succeeded.
  package private(set) var changed: Set<String> = []
  /// The files that were saved for that build.
  package private(set) var lastBuilt: Set<String> = []

  /// The timer that starts `swift build` in the next second.
  private var waiting: EventLoop.Token?
  /// The target whose fast build is running.
  var fastRunning: BuildTarget?
  /// Whether SwiftPM's build plan is valid. SwiftPM does not plan again for the first source of a target that
  /// had none at its last planning.
  private var hasPlan = true
  /// Whether a build has succeeded since the start.
  private(set) var hasBuilt = false
  /// The method of the last build.
  package var method = BuildMethod.full(reason: "")
  /// The reason for no fast builds that was last reported.
  var toldBlocker: String?
  var started: Int64 = 0

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

  /// The names of the products, as far as they are known.
  package var name: String {
    var names: [String] = []
    for name in targets.compactMap(\.name) where !names.contains(name) { names.append(name) }
    if !names.isEmpty { return names.joined(separator: ", ") }
    return recipe.command == nil ? "the package" : "the project"
  }

  /// Changes the recipe and the targets of the next builds. The caller cancels a running build that is also
  /// for other targets.
  package func use(_ recipe: Recipe, _ targets: [BuildTarget]) {
    for target in self.targets where !targets.contains(where: { $0 === target }) {
      target.fast.invalidate("the program is no longer built")
    }
    self.recipe = recipe
    self.targets = targets
    package = nil
    (binPath, binPathJob) = ("", nil)
  }

  /// Starts a build for some of the targets, which ends in a call of ``ended``. If `isClean`, all of the user's sources
  /// are compiled again.
  package func start(_ targets: [BuildTarget], isClean: Bool = false) {
    building = targets
    self.isClean = isClean
    method = .full(reason: fastPathBlocker ?? "there is no earlier build of the program to start from")
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

  /// Cancels the build as Ctrl-C would.
  package func cancel() {
    if waiting != nil { return cancelWaiting() }
    fastRunning == nil ? job?.cancel() : cancelFast()
  }

  /// Kills the build.
  package func kill() {
    if waiting != nil { return cancelWaiting() }
    fastRunning == nil ? job?.kill() : cancelFast()
  }

  private func cancelWaiting() {
    waiting.map(loop.forget)
    waiting = nil
    loop.after(.zero) { [unowned self] in finish(.cancelled) }
  }

  /// Records a batch of saves, and returns it without the files that SwiftPM has written itself. After a save
  /// of a manifest, or of the first source of a target, the next build reads the package again.
  package func record(changes batch: [String]) -> [String] {
    let resolvedPath = "\(root)/Package.resolved"
    let changes = batch.filter { path in
      path != resolvedPath || recipe.command != nil
        || job == nil && FileSystem.identity(resolvedPath) != resolved
    }
    let isNew = changes.contains(where: sources.isNew)
    if isNew { hasPlan = false }
    if isNew || changes.contains(where: isManifest) { package = nil }
    changed.formUnion(changes)
    for target in targets { target.saved.formUnion(changes) }
    return changes
  }

  private func isManifest(_ path: String) -> Bool {
    let name = path[(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)...]
    return ["Package.swift", "Package.resolved"].contains(name)
      || name.hasPrefix("Package@swift-") && name.hasSuffix(".swift")
  }

  func buildWithSwiftPM() {
    for target in targets {
      target.fast.invalidate("the last swift build failed")
      if isClean { target.fast.forgetObjects() }
    }
    let saved = targets.reduce(into: Set<String>()) { $0.formUnion($1.saved.union($1.builtFast)) }
    let directories = Set(targets.filter { $0.runnable.command == nil }.compactMap(\.path).map(\.parentPath))
    for directory in directories {
      if !hasPlan { BuildPlan.remove(for: directory) }
      CompiledObjects.remove(of: isClean ? nil : saved, in: directory)
    }
    let wait = directories.map(CompiledObjects.delayUntilNextSecond).max() ?? .zero
    if wait == .zero { return runSwiftPM() }
    console.detail(
      "SwiftPM does not notice two changes within one second; building in \(brief(wait))")
    waiting = loop.after(wait) { [unowned self] in
      waiting = nil
      runSwiftPM()
    }
  }

  private func runSwiftPM() {
    started = FileSystem.coarseTime
    let command = swiftPM.build(product: singleProduct)
    terminals.buildStarted()
    run(command, isShown: true) { [unowned self] in
      show(output.take($0, isComplete: $1))
    } then: { [unowned self] in
      terminals.buildEnded(succeeded: true)
      finishBuild()
    }
  }

  /// The product to build, if it is the only one to run and does not need everything in the package; `nil`
  /// otherwise. SwiftPM builds a whole package faster than a part of it.
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

  /// Keeps the program of each target. `fast` are the targets that the fast path has built; `nil` after
  /// another build. A target for which the fast path had nothing to do keeps its newest program.
  func keep(fast: [BuildTarget]? = nil) {
    defer { for maker in fast ?? [] { maker.discardLinkOutput() } }
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
      console.error("cannot keep a copy of the built program: \(error)")
      finish(.failed)
    }
  }

  /// Returns whether the build compiled only some of the sources while declarations may have changed.
  private func isDoubtful(_ built: [BuildTarget]) -> Bool {
    if method.isFast { return built.contains { $0.fast.hasChangedDeclarations } }
    return recipe.command == nil && !isClean && hasBuilt
  }

  private func comparison(_ artifacts: [Artifact]) -> BuildComparison {
    if artifacts == former { return .same }
    return artifacts.allSatisfy(\.isKept) && former.allSatisfy { $0?.isKept == true } ? .different : .unknown
  }

  /// The end of a build.
  enum Ending {
    case succeeded, failed, cancelled
  }

  /// Ends the build. `artifacts` are the programs of the targets in ``building``.
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
      let isDoubtful = self.isDoubtful(built)
      hasBuilt = true
      let isPrepared = method.isFast
      ended(Array(zip(built, artifacts.map { isDoubtful ? .doubtful($0) : .succeeded($0) })))
      if !isPrepared, building.isEmpty { prepareFast() }  // after the swap has begun
    case .failed:
      if package == nil, recipe.command == nil, !sources.isBroken {
        sources.isBroken = true
        described()
      }
      ended(built.map { ($0, .failed) })
    case .cancelled: ended(built.map { ($0, .cancelled) })
    }
  }
}
