internal import FastPathRun
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

  var recipe: Recipe
  /// The programs of the project that are run.
  package var targets: [BuildTarget] = [] {
    didSet { for target in targets { target.fast.environment = recipe.environment } }
  }
  let jobs: BuildJobs
  let console: Console
  let localPackages: LocalPackages
  /// The handler of events.
  package var handler: (BuilderEvent) -> Void = { _ in }

  var phase = Phase.idle
  /// The build that runs, or the last one.
  var current = BuildRun([], isClean: false, method: .full(reason: ""))
  var package = PackageState()
  var plan: PlanState
  /// The saved files, until they are built.
  package internal(set) var saved = SavedFiles()
  /// The reason for no fast builds that was last reported.
  var toldBlocker: String?

  package init(root: String, _ recipe: Recipe, loop: EventLoop, children: Children, console: Console) {
    self.recipe = recipe
    jobs = BuildJobs(root: root, loop: loop, children: children)
    self.console = console
    localPackages = LocalPackages(loop: loop, children: children)
    plan = PlanState(root: root, loop: loop)
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
      jobs.loop.after(.zero) { [unowned self] in
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
      jobs.loop.forget(token)
      phase = .cancelling
      jobs.loop.after(.zero) { [unowned self] in finish(.cancelled) }
    case .fast(let target):
      phase = .cancelling
      target.fast.cancel { [unowned self] in finish(.cancelled) }
    }
  }
}
