internal import FastPathRun
internal import Glibc
package import Posix
internal import Reloader
package import Reporting
internal import Settings
package import SwiftPM

/// Builds the project: reads the package when it may have changed, runs `swift build` or the project's own
/// command, and keeps the programs.
package final class PackageBuilder {
  /// The current step of the builder.
  enum Phase {
    case idle
    /// It runs a command: one of the user, or SwiftPM.
    case command(Job)
    /// It waits for the next pass of the loop, or for the next second, in which `swift build` starts.
    case waiting(EventLoop.Token)
    /// It builds this target by the fast path.
    case fast(BuildTarget)
    /// It is between two of these.
    case deciding
    /// It waits until a cancelled build has ended.
    case cancelling
  }

  let root: String
  var recipe: Recipe
  /// The programs of the project that are run.
  package var targets: [BuildTarget] = [] {
    didSet { for target in targets { target.fast.environment = recipe.environment } }
  }
  let loop: EventLoop
  let children: Children
  let console: Console
  private let terminals: SwiftPMTerminals
  let localPackages: LocalPackages
  /// The handler of events.
  package var handler: (BuilderEvent) -> Void = { _ in }

  var phase = Phase.idle
  /// The build that runs, or the last one.
  var current = BuildRun([], isClean: false, method: .full(reason: ""))
  var package = PackageState()
  /// The saved files, until they are built.
  package private(set) var saved = SavedFiles()
  /// Whether a build has succeeded since the start.
  private(set) var hasBuilt = false
  /// The reason for no fast builds that was last reported.
  var toldBlocker: String?

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
    package.description = nil
    (package.binPath, package.binPathJob) = ("", nil)
  }

  /// The method of the build that runs, or of the last one.
  package var method: BuildMethod { current.method }

  /// The last lines of errors of that build, from the compiler and from the user's commands.
  package var complaints: [String] { current.complaints }

  /// The sources of the package, as they were last known.
  package var sources: PackageSources { package.sources }

  /// Starts a build for some of the targets, which ends in ``BuilderEvent/ended(_:_:)``. If `isClean`, all of the
  /// user's sources are compiled again.
  package func start(_ targets: [BuildTarget], isClean: Bool = false) {
    let reason = fastPathBlocker ?? "there is no earlier build of the program to start from"
    current = BuildRun(targets, isClean: isClean, method: .full(reason: reason))
    // The preparation of the fast path, which follows the last build, comes first.
    phase = .waiting(
      loop.after(.zero) { [unowned self] in
        phase = .deciding
        begin()
      })
  }

  private func begin() {
    // SwiftPM would wait for them.
    if package.description == nil { for target in self.targets { target.fast.stop() } }
    handler(.begins(writesFiles: recipe.before != nil || recipe.command != nil || recipe.after != nil))
    runHook(.beforeBuild, recipe.before) { [unowned self] in
      if recipe.command != nil {
        runHook(.buildCommand, recipe.command, then: finishBuild)
      } else if package.description == nil {
        describe()
      } else {
        build()
      }
    }
  }

  /// Cancels the build as Ctrl-C would.
  package func cancel() { stop { $0.cancel() } }

  /// Kills the build.
  package func kill() { stop { $0.kill() } }

  private func stop(_ stop: (Job) -> Void) {
    switch phase {
    case .idle, .deciding, .cancelling: break
    case .command(let job): stop(job)
    case .waiting(let token):
      loop.forget(token)
      phase = .cancelling
      loop.after(.zero) { [unowned self] in finish(.cancelled) }
    case .fast(let target):
      phase = .cancelling
      target.fast.cancel { [unowned self] in finish(.cancelled) }
    }
  }

  /// Records a batch of saves, and returns it without the files that SwiftPM has written itself. After a save
  /// of a manifest, or of the first source of a target, the next build reads the package again.
  package func record(changes batch: [String]) -> [String] {
    let resolvedPath = "\(root)/Package.resolved"
    let changes = batch.filter { path in
      path != resolvedPath || recipe.command != nil
        || !isRunningCommand && FileSystem.identity(resolvedPath) != package.resolved
    }
    let isNew = changes.contains(where: sources.isNew)
    if isNew { package.hasPlan = false }
    if isNew || changes.contains(where: isManifest) { package.description = nil }
    saved.add(changes)
    for target in targets { target.saved.formUnion(changes) }
    return changes
  }

  /// Whether a command may write files of the package now.
  private var isRunningCommand: Bool {
    switch phase {
    case .idle: false
    case .command, .deciding: true
    case .waiting, .fast, .cancelling: current.hasRunCommand
    }
  }

  private func isManifest(_ path: String) -> Bool {
    let name = path[(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)...]
    return ["Package.swift", "Package.resolved"].contains(name)
      || name.hasPrefix("Package@swift-") && name.hasSuffix(".swift")
  }

  func buildWithSwiftPM() {
    for target in targets {
      target.fast.invalidate("the last swift build failed")
      if current.isClean { target.fast.forgetObjects() }
    }
    let saved = targets.reduce(into: Set<String>()) { $0.formUnion($1.saved.union($1.builtFast)) }
    let directories = Set(targets.filter { $0.runnable.command == nil }.compactMap(\.path).map(\.parentPath))
    for directory in directories {
      if !package.hasPlan { BuildPlan.remove(for: directory) }
      CompiledObjects.remove(of: current.isClean ? nil : saved, in: directory)
    }
    let wait = directories.map(CompiledObjects.delayUntilNextSecond).max() ?? .zero
    if wait == .zero { return runSwiftPM() }
    console.detail(
      "SwiftPM does not notice two changes within one second; building in \(brief(wait))")
    phase = .waiting(
      loop.after(wait) { [unowned self] in
        phase = .deciding
        runSwiftPM()
      })
  }

  private func runSwiftPM() {
    current.started = FileSystem.coarseTime
    let command = swiftPM.build(product: singleProduct)
    terminals.buildStarted()
    run(command, isShown: true) { [unowned self] in
      show(current.output.take($0, isComplete: $1))
    } then: { [unowned self] in
      terminals.buildEnded(succeeded: true)
      finishBuild()
    }
  }

  /// The product to build, if it is the only one to run and does not need everything in the package; `nil`
  /// otherwise. SwiftPM builds a whole package faster than a part of it.
  private var singleProduct: String? {
    guard targets.count == 1, let product = targets[0].product,
      package.description?.hasMore(than: product) == true
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
      for target in current.targets {
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
    return recipe.command == nil && !current.isClean && hasBuilt
  }

  /// The end of a build.
  enum Ending {
    case succeeded, failed, cancelled
  }

  /// Ends the build. `artifacts` are the programs of its targets.
  func finish(_ ending: Ending, _ artifacts: [Artifact] = []) {
    phase = .idle
    terminals.buildEnded(succeeded: false, cancelled: ending == .cancelled)
    package.resolved = FileSystem.identity("\(root)/Package.resolved")
    for target in targets { target.fast.buildEnded(succeeded: ending == .succeeded) }
    let targets = current.targets
    switch ending {
    case .succeeded:
      saved.built()
      package.hasPlan = true
      let isDoubtful = self.isDoubtful(targets)
      hasBuilt = true
      let (isFast, started) = (method.isFast, current.started)
      let outcomes = artifacts.map { isDoubtful ? BuildOutcome.doubtful($0) : .succeeded($0) }
      handler(.ended(Array(zip(targets, outcomes)), current.comparison(artifacts)))
      if !isFast { prepareFast(builtSince: started) }  // after the swap has begun
    case .failed:
      if package.description == nil, recipe.command == nil, !sources.isBroken {
        package.sources.isBroken = true
        handler(.described)
      }
      handler(.ended(targets.map { ($0, .failed) }, .none))
    case .cancelled: handler(.ended(targets.map { ($0, .cancelled) }, .none))
    }
  }
}
