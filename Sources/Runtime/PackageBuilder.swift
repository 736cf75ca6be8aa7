internal import Building
internal import Console
internal import FileWatching
internal import Posix
internal import Reloader

/// Builds the package: finds out what is in it when that may have changed, runs `swift build`, and keeps what came out.
final class PackageBuilder: ProgramBuilder {
  private let swiftPM: SwiftPM
  private let requested: String?
  private let loop: EventLoop
  private let children: Children
  private let console: Console
  private let described: (PackageDescription, _ product: String) -> Void
  private let ended: (BuildOutcome) -> Void
  private let unusable: (ProductSelectionFailure, _ isFirst: Bool) -> Void

  private var job: Job?
  private var package: PackageDescription?
  private var product: String?
  private var programs: KeptPrograms?
  private var formerPrograms: [KeptPrograms] = []
  private var output = BuildOutput()
  private var resolved: FileSystem.Identity?

  private let fast: FastBuilder?
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
    _ swiftPM: SwiftPM, product: String?, fast: FastBuilder?, loop: EventLoop, children: Children,
    console: Console,
    described: @escaping (PackageDescription, _ product: String) -> Void,
    unusable: @escaping (ProductSelectionFailure, _ isFirst: Bool) -> Void,
    ended: @escaping (BuildOutcome) -> Void
  ) {
    self.swiftPM = swiftPM
    requested = product
    self.fast = fast
    self.loop = loop
    self.children = children
    self.console = console
    self.described = described
    self.unusable = unusable
    self.ended = ended
  }

  /// What is run: its name as far as it is known.
  var name: String { product ?? requested ?? "the package" }

  /// The path at which SwiftPM puts the program.
  private(set) var programPath: String?

  /// Starts a build, which ends in a call of `ended`.
  func start() {
    output = BuildOutput()
    package == nil ? describe() : build()
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
    programs = nil
  }

  /// What is left of a batch of saves when those that SwiftPM itself made are taken away. A save of a manifest has the
  /// package read anew at the next build.
  func saves(in batch: [String]) -> [String] {
    let resolvedPath = "\(swiftPM.root)/Package.resolved"
    let saves = batch.filter { path in
      path != resolvedPath || job == nil && FileSystem.identity(resolvedPath) != resolved
    }
    if saves.contains(where: isManifest) { package = nil }
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
        let product = try description.executable(named: requested, before: self.product)
        if product != self.product { forgetPrograms() }
        self.product = product
        described(description, product)
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
    guard let fast, programs != nil else { return buildWithSwiftPM() }
    isFastRunning = true
    fast.build(saved: saved) { [unowned self] ending in
      isFastRunning = false
      switch ending {
      case .built(let printed):
        show(printed)
        wasFast = true
        keep(other: true)
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
    fast?.cancel { [unowned self] in
      isFastRunning = false
      finish(.cancelled)
    }
  }

  private func buildWithSwiftPM() {
    fast?.invalidate("the last swift build did not succeed")
    started = FileSystem.now
    wasFast = false
    let single = package?.hasSeveralExecutables == true ? product : nil
    run(swiftPM.build(product: single)) { [unowned self] in
      show(output.take($0, isComplete: $1))
    } then: {
      [unowned self] in
      programs == nil ? findProgram() : keep()
    }
  }

  private func findProgram() {
    var path = ""
    run(swiftPM.showBinPath) { line, isComplete in
      if isComplete, line.hasPrefix("/") { path = line }
    } then: { [unowned self] in
      programPath = "\(path)/\(name)"
      programs = KeptPrograms(directory: path, product: name)
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
        "cannot run 'swift': \(error.reason); install a Swift toolchain, or put its bin directory on PATH")
      finish(.failed)
    }
  }

  private func finish(_ outcome: BuildOutcome) {
    job = nil
    resolved = FileSystem.identity("\(swiftPM.root)/Package.resolved")
    if case .succeeded = outcome { saved = [] }
    ended(outcome)
    if case .succeeded = outcome, !wasFast, job == nil { prepareFast() }
  }

  private func prepareFast() {
    guard let fast, let programs, let programPath else { return }
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
