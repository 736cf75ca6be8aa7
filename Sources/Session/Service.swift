internal import Building
internal import FastPathRun
internal import Handoff
internal import Posix
internal import Project
internal import Reloader
internal import Reporting
internal import Serving
internal import Settings

/// One of the servers that a ``Session`` runs.
final class Service {
  private(set) var project: Project
  let target: BuildTarget
  /// Nil until it is started.
  private(set) var supervisor: Supervisor?
  private var hasLeft = false
  /// No other has it.
  let number: Int
  private let console: Console
  /// The last generation that the user's command for new code has been run for.
  private var lastAnnounced = 0
  /// The last one of which the user was told that it has put itself into the background.
  private var lastOutlived = 0

  init(_ number: Int, _ project: Project, _ target: BuildTarget, console: Console) {
    self.number = number
    self.project = project
    self.target = target
    self.console = console
  }

  /// From its start on until all of it has ended.
  var isRunning: Bool { supervisor != nil && !hasLeft }

  /// What its lines begin with, where there are several.
  var prefix: String { project.service.map { "\($0): " } ?? "" }

  /// It has said `READY=1`.
  var saidReady: () -> Void = {}

  /// Takes hold of what it needs of the system. Throws what the system refuses, with what to do.
  func prepare(
    _ launch: Launch, by build: SharedBuild, interposer: String, inherited: InheritedSockets,
    loop: EventLoop, children: Children, report: @escaping (Report) -> Void
  ) throws {
    do {
      supervisor = try Supervisor(
        project: project.lockName, owner: CurrentProcess.parent, launch: launch, timing: project.timing,
        interposer: interposer, inherited: inherited, loop: loop, children: children,
        builder: SharedBuild.Part(target, of: build),
        report: report
      ) { [unowned self] notice in
        tell(notice)
      }
    } catch let failure as ListenFailure {
      throw UsageFailure(text(failure))
    }
  }

  /// Begins with a build; `left` is called when all is ended.
  func start(left: @escaping () -> Void) {
    supervisor?.start { [unowned self] in
      hasLeft = true
      left()
    }
  }

  /// After it has left, or should it never have begun: what is left of it in the file system goes.
  func close() {
    supervisor?.close()
    target.fast.stop()
    target.discardKept()
  }

  private func tell(_ notice: ServerNotice) {
    switch notice {
    case .bindFailed(let key, let code): console.error(prefix + bindFailure(key, code))
    case .unheld(let listener, let consequence): console.warning(prefix + listener.text(consequence))
    case .outlived(lastOutlived, _): break  // several of its processes report it
    case .outlived(let generation, let process):
      lastOutlived = generation
      console.warning(
        """
        \(prefix)generation \(generation) has put itself into the background (process \(process)), where hotreload cannot \
        replace it, and is ended; run the server in the foreground
        """)
    case .ready: saidReady()
    case .leftBehind(let generation, let names):
      console.detail(
        "\(prefix)generation \(generation) has ended, and with it \(names.joined(separator: ", "))")
    case .storeFull(let limit):
      console.warning(
        "\(prefix)the server stores more than \(limit) descriptors (FDSTORE=1); the rest is not kept")
    case .status(let generation, let text): console.line("\(prefix)generation \(generation): \(text)")
    }
  }

  private func text(_ failure: ListenFailure) -> String {
    bindFailure(failure.key, failure.error.code, of: "hotreload ('swap.listen')")
  }

  /// What has come of settings that were read again.
  enum Renewal {
    case unchanged, restarts
    /// They stay as they were: hotreload cannot listen where they say.
    case refused
  }

  /// Takes over settings.
  func use(_ new: Project, _ launch: Launch) -> Renewal {
    let restarts: Bool
    do throws(ListenFailure) { restarts = try supervisor?.launch(launch) ?? false } catch {
      console.error(prefix + text(error))
      return .refused
    }
    project = new
    supervisor?.handle(.timing(new.timing))
    return restarts ? .restarts : .unchanged
  }

  /// Reads the environment files again; `warn` gets their diagnostics. Throws `SettingsError` for one that cannot be read.
  func readEnvironment(warn: (String) -> Void) throws {
    let launch = try project.launch(warn: warn)
    try supervisor?.launch(launch)
  }

  /// Runs the user's command for when new code serves, once for each generation, which may have several listeners.
  func runAfterSwap(_ generation: Int, changed: Set<String>, children: Children) {
    guard generation > lastAnnounced, let line = project.settings.command(.afterSwap) else { return }
    lastAnnounced = generation
    let changed = ChangedFiles(changed)
    if let warning = changed.warning { console.warning("\(prefix)'swap.after': \(warning)") }
    let variables =
      ["HOTRELOAD_GENERATION=\(generation)"] + changed.variables
      + (project.service.map { ["HOTRELOAD_SERVICE=\($0)"] } ?? [])
    let command = Command(
      line.words, environment: CurrentProcess.environment + variables, directory: project.root)
    do throws(SystemError) {
      _ = try children.start(command) { [console, prefix, changed] status in
        withExtendedLifetime(changed) {}
        if status != .exited(0) { console.warning("\(prefix)'swap.after' \(status)") }
      }
    } catch {
      console.warning("\(prefix)cannot run the command of 'swap.after': \(error.reason)")
    }
  }
}
