internal import Building
internal import Console
internal import FileWatching
internal import Glibc
internal import Posix
internal import Reloader
internal import Settings

/// Builds the project: finds out what is in a package when that may have changed, runs `swift build` or the project's own
/// command, and keeps what came out.
final class PackageBuilder: ProgramBuilder {
  let root: String
  var recipe: Recipe
  let loop: EventLoop
  let children: Children
  let console: Console
  private let described: () -> Void
  private let ended: (BuildOutcome) -> Void
  private let unusable: (ProductSelectionFailure, _ isFirst: Bool) -> Void

  private var job: Job?
  /// What is in the package; nil when that must be found out (again).
  private(set) var package: PackageDescription?
  /// What is run, once it is known.
  private(set) var product: String?
  var programs: KeptPrograms?
  private var formerPrograms: [KeptPrograms] = []
  var output = BuildOutput()
  private var resolved: FileSystem.Identity?
  var changed: [String] = []
  /// The path at which a build puts the program.
  var programPath: String?
  var commandsBuilt = 0

  let fast: FastBuilder
  var isFastRunning = false
  /// What was saved since the last build that succeeded.
  var saved: Set<String> = []
  /// Whether the last build was one by the fast path.
  var wasFast = false
  var started: Int64 = 0
  /// Whether the steps of a build may be shown: nobody else writes to the terminal.
  var showsSteps = true

  /// `described` gets the package when it was read (anew), `ended` the end of every build, `unusable` why there is
  /// nothing to run (`isFirst`: and never was).
  init(
    root: String, _ recipe: Recipe, fast: FastBuilder, loop: EventLoop, children: Children, console: Console,
    described: @escaping () -> Void,
    unusable: @escaping (ProductSelectionFailure, _ isFirst: Bool) -> Void,
    ended: @escaping (BuildOutcome) -> Void
  ) {
    self.root = root
    self.recipe = recipe
    self.fast = fast
    self.loop = loop
    self.children = children
    self.console = console
    self.described = described
    self.unusable = unusable
    self.ended = ended
  }

  private var swiftPM: SwiftPM {
    SwiftPM(root: root, configuration: recipe.configuration, arguments: recipe.arguments)
  }

  /// What is run: its name as far as it is known.
  var name: String { product ?? recipe.product ?? (recipe.command == nil ? "the package" : "the project") }

  /// Builds are made so from now on.
  func use(_ recipe: Recipe) {
    if recipe == self.recipe { return }
    if recipe.product != self.recipe.product { product = nil }
    self.recipe = recipe
    package = nil
    forgetPrograms()
  }

  /// Starts a build, which ends in a call of `ended`.
  func start() {
    output = BuildOutput()
    runHook(recipe.before) { [unowned self] in
      if recipe.command != nil {
        runHook(recipe.command, then: finishBuild)
      } else if package == nil {
        describe()
      } else {
        build()
      }
    }
  }

  /// Ends the build as Ctrl-C would.
  func cancel() { isFastRunning ? cancelFast() : job?.cancel() }

  /// Ends it at once.
  func kill() { isFastRunning ? cancelFast() : job?.kill() }

  /// A program will not be started again.
  func discard(_ artifact: Artifact) {
    programs?.discard(artifact.path)
    for programs in formerPrograms { programs.discard(artifact.path) }
  }

  /// Removes all kept programs.
  func discardAll() {
    programs?.discardAll()
    for programs in formerPrograms { programs.discardAll() }
  }

  /// The programs of a product that is not run any more, one of which may still be running.
  private func forgetPrograms() {
    if let programs { formerPrograms.append(programs) }
    (programs, programPath) = (nil, nil)
  }

  /// What is left of a batch of saves when those that SwiftPM itself made are taken away. A save of a manifest has the
  /// package read anew at the next build.
  func saves(in batch: [String]) -> [String] {
    let resolvedPath = "\(root)/Package.resolved"
    let saves = batch.filter { path in
      path != resolvedPath || job == nil && FileSystem.identity(resolvedPath) != resolved
    }
    if saves.contains(where: isManifest) { package = nil }
    changed = saves
    saved.formUnion(saves)
    return saves
  }

  private func isManifest(_ path: String) -> Bool {
    let name = path[(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)...]
    return ["Package.swift", "Package.resolved"].contains(name)
      || name.hasPrefix("Package@swift-") && name.hasSuffix(".swift")
  }

  private func describe() {
    var json = ""
    run(swiftPM.describe) { line, isComplete in
      if isComplete { json += line + "\n" }
    } then: { [unowned self] in
      do {
        let description = try PackageDescription(json: json)
        package = description
        // One that was the only one stays what is run when another is added.
        let product = try description.executable(named: recipe.product, before: self.product)
        if product != self.product { forgetPrograms() }
        self.product = product
        described()
        build()
      } catch let failure as ProductSelectionFailure {
        package = nil
        unusable(failure, product == nil)
        finish(.failed)
      } catch {
        console.error("'swift package describe' printed what hotreload does not understand: \(error)")
        finish(.failed)
      }
    }
  }

  func buildWithSwiftPM() {
    fast.invalidate("the last swift build did not succeed")
    started = FileSystem.now
    wasFast = false
    let single = package?.hasSeveralExecutables == true ? product : nil
    run(swiftPM.build(product: single)) { [unowned self] in
      show(output.take($0, isComplete: $1))
    } then: { [unowned self] in
      finishBuild()
    }
  }

  private func finishBuild() {
    runHook(recipe.after) { [unowned self] in
      if recipe.run != nil {
        keepCommand()
      } else if programs == nil {
        findProgram()
      } else {
        keep()
      }
    }
  }

  func setProgram(_ path: String, isOverwritten: Bool = false) {
    guard let slash = path.lastIndex(of: "/") else { return }
    programPath = path
    programs = KeptPrograms(
      directory: String(path[..<slash]), product: String(path[path.index(after: slash)...]),
      isOverwritten: isOverwritten)
  }

  private func findProgram() {
    var path = ""
    run(swiftPM.showBinPath) { line, isComplete in
      if isComplete, line.hasPrefix("/") { path = line }
    } then: { [unowned self] in
      setProgram("\(path)/\(name)")
      keep()
    }
  }

  func keep(other: Bool = false) {
    do throws(SystemError) {
      guard let path = try programs?.keep(other: other) else { return finish(.failed) }
      finish(.succeeded(Artifact(path: path)))
    } catch {
      console.error("cannot keep the program that was built: \(error)")
      finish(.failed)
    }
  }

  /// Runs one command of SwiftPM. What it says on its standard error is shown; `then` goes on if it succeeded.
  func run(
    _ command: Command, line: @escaping (String, Bool) -> Void, then next: @escaping () -> Void
  ) {
    do throws(SystemError) {
      job = try Job(command, loop: loop, children: children) { [unowned self] text, isComplete, isError in
        if isError { show(output.take(text, isComplete: isComplete)) } else { line(text, isComplete) }
      } whenEnded: { [unowned self] ending in
        show(output.finish())
        switch ending {
        case .succeeded: next()
        case .failed: finish(.failed)
        case .cancelled: finish(.cancelled)
        }
      }
    } catch {
      console.error(
        command.path == "swift"
          ? "cannot run 'swift': \(error.reason); install a Swift toolchain, or put its bin directory on PATH"
          : "cannot run '\(command.path)': \(error.reason)")
      finish(.failed)
    }
  }

  func finish(_ outcome: BuildOutcome) {
    job = nil
    resolved = FileSystem.identity("\(root)/Package.resolved")
    if case .succeeded = outcome { saved = [] }
    ended(outcome)
    if case .succeeded = outcome, !wasFast, job == nil { prepareFast() }
  }

  func show(_ items: [BuildOutput.Item]) {
    for item in items {
      switch item {
      case .step(let text): if showsSteps { console.step(text) }
      case .diagnostic(let lines): console.diagnostic(lines)
      case .waiting(let pid):
        let holder = pid.map { " (pid \($0))" } ?? ""
        console.warning(
          "SwiftPM is already building here\(holder), perhaps in your editor or terminal; waiting for its end"
        )
      }
    }
  }
}
