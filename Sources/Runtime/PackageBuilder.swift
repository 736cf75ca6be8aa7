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
  private let root: String
  private var recipe: Recipe
  private let loop: EventLoop
  private let children: Children
  private let console: Console
  private let described: () -> Void
  private let ended: (BuildOutcome) -> Void
  private let unusable: (ProductSelectionFailure, _ isFirst: Bool) -> Void

  private var job: Job?
  /// What is in the package; nil when that must be found out (again).
  private(set) var package: PackageDescription?
  /// What is run, once it is known.
  private(set) var product: String?
  private var programs: KeptPrograms?
  private var formerPrograms: [KeptPrograms] = []
  private var output = BuildOutput()
  private var resolved: FileSystem.Identity?
  private var changed: [String] = []
  /// The path at which a build puts the program.
  private var programPath: String?
  private var commandsBuilt = 0

  private let fast: FastBuilder
  private var isFastRunning = false
  /// What was saved since the last build that succeeded.
  private var saved: Set<String> = []
  /// Whether the last build was one by the fast path.
  private(set) var wasFast = false
  private var started: Int64 = 0
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

  /// What is executed for an artifact: a kept file under the name that the user knows, or the project's command.
  func program(of artifact: Artifact) -> Program {
    switch recipe.run {
    case .shell(let text):
      var program = Program(path: "/bin/sh", arguments: ["sh", "-c", text, "sh"])
      program.isShell = true
      program.isLauncher = true
      return program
    case .arguments(let arguments):
      let path = programPath == nil ? arguments.first ?? "" : artifact.path
      var program = Program(path: path, arguments: arguments)
      program.isLauncher = true
      return program
    case nil: return Program(path: artifact.path, arguments: [programPath ?? artifact.path])
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
    return name == "Package.resolved" || name.hasPrefix("Package") && name.hasSuffix(".swift")
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

  private func build() {
    guard recipe.mayBeFast, programs != nil else { return buildWithSwiftPM() }
    isFastRunning = true
    fast.build(saved: saved) { [unowned self] ending in
      isFastRunning = false
      switch ending {
      case .built(let printed):
        show(printed)
        wasFast = true
        runHook(recipe.after) { [unowned self] in keep(other: true) }
      case .failed(let printed):
        show(printed)
        finish(.failed)
      case .declined(let reason, _):
        console.detail("swift build is used: \(reason)")
        buildWithSwiftPM()
      }
    }
  }

  private func cancelFast() {
    fast.cancel { [unowned self] in
      isFastRunning = false
      finish(.cancelled)
    }
  }

  private func buildWithSwiftPM() {
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

  /// Runs a command of the user's, if there is one, with what it prints. The changed files are in its environment.
  private func runHook(_ command: SettingValue.CommandLine?, then next: @escaping () -> Void) {
    guard let command else { return next() }
    let environment = CurrentProcess.environment + ["HOTRELOAD_CHANGED=\(changed.joined(separator: "\n"))"]
    run(Command(command, environment: environment, directory: root)) { [console] line, isComplete in
      if isComplete { console.passThrough(line) }
    } then: {
      next()
    }
  }

  /// The program of a project's own command is kept too, if it is a file of the project, and not a script that starts
  /// another.
  private func keepCommand() {
    if case .arguments(let arguments) = recipe.run, let path = arguments.first.flatMap(projectFile) {
      if programs == nil { setProgram(path) }
      return keep()
    }
    // What it starts cannot be kept, nor compared.
    commandsBuilt += 1
    finish(.succeeded(Artifact(path: "command \(commandsBuilt)")))
  }

  private func projectFile(_ name: String) -> String? {
    guard name.contains("/") else { return nil }
    let path = name.hasPrefix("/") ? name : "\(root)/\(name)"
    return FileSystem.realPath(path).flatMap {
      FileSystem.isExecutable($0) && FileSystem.isBinary($0) ? $0 : nil
    }
  }

  private func setProgram(_ path: String) {
    guard let slash = path.lastIndex(of: "/") else { return }
    programPath = path
    programs = KeptPrograms(
      directory: String(path[..<slash]), product: String(path[path.index(after: slash)...]))
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

  private func keep(other: Bool = false) {
    do throws(SystemError) {
      guard let path = try programs?.keep(other: other) else { return finish(.failed) }
      finish(.succeeded(Artifact(path: path)))
    } catch {
      console.error("cannot keep the program that was built: \(error)")
      finish(.failed)
    }
  }

  /// Runs one command of SwiftPM. What it says on its standard error is shown; `then` goes on if it succeeded.
  private func run(
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

  private func finish(_ outcome: BuildOutcome) {
    job = nil
    resolved = FileSystem.identity("\(root)/Package.resolved")
    if case .succeeded = outcome { saved = [] }
    ended(outcome)
    if case .succeeded = outcome, !wasFast, job == nil { prepareFast() }
  }

  private func prepareFast() {
    guard recipe.mayBeFast, let programs, let programPath else { return }
    fast.prepare(program: programPath, output: programs.otherPath, builtSince: started) {
      [unowned self] decline in
      console.detail(decline.map { "no fast builds: \($0)" } ?? "fast builds are prepared")
    }
  }

  private func show(_ printed: [[String]]) {
    for lines in printed {
      for line in lines { show(output.take(line, isComplete: true)) }
      show(output.finish())
    }
  }

  private func show(_ items: [BuildOutput.Item]) {
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

extension Command {
  /// A command of the user's, as `sh -c` or directly.
  init(_ line: SettingValue.CommandLine, environment: [String], directory: String) {
    let arguments =
      switch line {
      case .shell(let text): ["/bin/sh", "-c", text]
      case .arguments(let arguments): arguments
      }
    self.init(
      path: arguments.first ?? "", arguments: arguments, environment: environment, directory: directory,
      parentDeathSignal: SIGKILL)
  }
}
