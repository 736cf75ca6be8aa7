internal import Building
internal import FastPathRun
internal import Handoff
internal import Posix
internal import Project
internal import Reloader
internal import Reporting
internal import SelfWrites
internal import Serving
internal import Settings

/// One of the servers that a ``Session`` runs.
final class Service {
  private(set) var project: Project
  let target: BuildTarget
  let id: ServiceID
  /// The driver of the service; `nil` until the service is open.
  private(set) var driver: ServiceDriver?
  private let console: Console
  /// The last generation that was reported to have put itself into the background.
  private var lastOutlived = 0

  init(_ id: ServiceID, _ project: Project, _ target: BuildTarget, console: Console) {
    self.id = id
    self.project = project
    self.target = target
    self.console = console
  }

  /// The prefix of its messages, if there are several services.
  var prefix: String { project.service.map { "\($0): " } ?? "" }

  /// Acquires the lock, sockets and directories of the service. Throws the error of the system, with a next
  /// step for the user.
  func open(
    _ launch: Launch, interposer: String, inherited: InheritedSockets, selfWrites: SelfWrites,
    loop: EventLoop, children: Children,
    event: @escaping (Int, GenerationEvent) -> Void
  ) throws -> ServiceDriver {
    do {
      let driver = try ServiceDriver(
        project: project.lockName, owner: CurrentProcess.parent, launch: launch, interposer: interposer,
        inherited: inherited, selfWrites: selfWrites, loop: loop, children: children,
        programs: ServiceDriver.Programs(program: target.program, discard: target.discard), event: event
      ) { [unowned self] notice in
        tell(notice)
      }
      self.driver = driver
      return driver
    } catch let failure as ListenFailure {
      throw UsageFailure(text(failure))
    }
  }

  /// Removes the files of the service, after it has ended or if it was never started.
  func close() {
    driver?.close()
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
        \(prefix)generation \(generation) moved to the background (process \(process)), where hotreload cannot replace it; \
        stopping it. Run the server in the foreground
        """)
    case .leftBehind(let generation, let names):
      console.detail(
        "\(prefix)generation \(generation) exited, and with it \(names.joined(separator: ", "))")
    case .storeFull(let limit):
      console.warning(
        "\(prefix)the server stores more than \(limit) descriptors (FDSTORE=1); the rest is not kept")
    case .status(let generation, let text): console.line("\(prefix)generation \(generation): \(text)")
    }
  }

  private func text(_ failure: ListenFailure) -> String {
    bindFailure(failure.key, failure.error.code, of: "hotreload ('swap.listen')")
  }

  /// The effect of new settings on a service.
  enum Renewal {
    case unchanged, restarts
    /// The settings stay as they were, because hotreload cannot listen at the new address.
    case refused
  }

  /// Applies new settings.
  func use(_ new: Project, _ launch: Launch) -> Renewal {
    let restarts: Bool
    do throws(ListenFailure) { restarts = try driver?.launch(launch) ?? false } catch {
      console.error(prefix + text(error))
      return .refused
    }
    let haveConditionsChanged = new.timing.conditions != project.timing.conditions
    project = new
    return restarts || haveConditionsChanged ? .restarts : .unchanged
  }

  /// Reads the environment files again. `warn` is called with their diagnostics. Throws `SettingsError` for a
  /// file that cannot be read.
  func readEnvironment(warn: (String) -> Void) throws {
    let launch = try project.launch(warn: warn)
    try driver?.launch(launch)
  }

  /// Runs `swap.after` for a generation that accepts.
  func runAfterSwap(_ generation: Int, changed: Set<String>, children: Children) {
    guard let line = project.settings.command(.afterSwap) else { return }
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
      console.warning("\(prefix)cannot run 'swap.after': \(error.reason)")
    }
  }
}
