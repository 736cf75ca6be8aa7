internal import Glibc
internal import Posix
internal import Reloader
internal import Settings

/// Makes the checks that decide whether a live generation still works. At most one check runs for a generation. When
/// there is one, and what follows from its answer, is decided by `Liveness`.
final class HealthChecks {
  /// A check that runs.
  private enum Check {
    case page(HTTPProbe)
    case connection(OpenConnection)
    case command(CInt)
  }

  /// A connection that a generation has to accept. It is closed with this object.
  private final class OpenConnection {
    let connection: Descriptor

    init(_ connection: consuming Descriptor) { self.connection = connection }
  }

  private struct Subject {
    let process: CheckedProcess
    let command: SettingValue.CommandLine?
    var check: Check?
    /// The time limit of the check.
    var timer: EventLoop.Token?
  }

  private let loop: EventLoop
  private let children: Children
  private var subjects: [Int: Subject] = [:]
  /// Returns a connection to a generation; `nil` if it has no listener for one.
  var connect: (Int) -> Descriptor? = { _ in nil }
  private let event: (Int, GenerationEvent) -> Void

  /// Creates the checks. `event` is called with the answer to each, at once if it cannot be made.
  init(loop: EventLoop, children: Children, event: @escaping (Int, GenerationEvent) -> Void) {
    self.loop = loop
    self.children = children
    self.event = event
  }

  /// Registers a generation, with the command and the working directory of its settings.
  func expect(_ generation: Int, pid: CInt, _ launch: Launch) {
    subjects[generation] = Subject(
      process: CheckedProcess(generation: generation, pid: pid, directory: launch.directory),
      command: launch.healthCommand)
  }

  /// Makes a check. It is answered within the time `limit`. A process that a debugger traces is not checked.
  func check(_ generation: Int, _ check: Liveness.Check, within limit: Duration) {
    guard let subject = subjects[generation] else { return }
    if subject.process.isTraced(among: children) { return event(generation, .healthAnswered(.traced)) }
    subjects[generation]?.timer = loop.after(limit) { [unowned self] in answered(generation, .timedOut) }
    switch check {
    case .page(let path): requestPage(of: generation, path)
    case .connection: openConnection(to: generation)
    case .command: runCommand(for: generation, subject)
    }
  }

  /// Notes that a generation has accepted a connection of hotreload's.
  func accepted(_ generation: Int) {
    if case .connection = subjects[generation]?.check { answered(generation, .accepted) }
  }

  private func requestPage(of generation: Int, _ path: String) {
    guard let connection = connect(generation) else { return answered(generation, .noListener) }
    let probe = HTTPProbe(path, connection, loop: loop, timeout: nil) { [unowned self] answer in
      switch answer {
      case .status(let code): answered(generation, .status(code))
      case .none: answered(generation, .noResponse)
      }
    }
    subjects[generation]?.check = .page(probe)
  }

  private func openConnection(to generation: Int) {
    guard let connection = connect(generation) else { return answered(generation, .noListener) }
    subjects[generation]?.check = .connection(OpenConnection(connection))
  }

  private func runCommand(for generation: Int, _ subject: Subject) {
    guard let line = subject.command else { return answered(generation, .command(.succeeded)) }
    do throws(SystemError) {
      let process = try subject.process.start(line, by: children) { [weak self] status in
        guard let self, case .command = subjects[generation]?.check else { return }
        answered(generation, .command(status == .exited(0) ? .succeeded : .failed))
      }
      subjects[generation]?.check = .command(process)
    } catch {
      answered(generation, .command(.notStarted(error.reason)))
    }
  }

  /// Ends the check of a generation, and reports the answer. A failure counts only if no debugger traces the process,
  /// because it may have been stopped during the check.
  private func answered(_ generation: Int, _ answer: Liveness.Answer) {
    guard let process = subjects[generation]?.process else { return }
    cancel(generation)
    let counts = answer.isAlive || !process.isTraced(among: children)
    event(generation, .healthAnswered(counts ? answer : .traced))
  }

  /// Cancels the check of a generation. It ends without an event.
  func cancel(_ generation: Int) {
    subjects[generation]?.timer.map(loop.forget)
    let check = subjects[generation]?.check
    subjects[generation]?.check = nil
    subjects[generation]?.timer = nil
    switch check {
    case .page(let probe): probe.cancel()
    case .command(let process): children.signal(SIGKILL, process, group: true)
    case .connection, nil: break
    }
  }

  /// Cancels the check of a generation that has ended, and forgets the generation.
  func forget(_ generation: Int) {
    cancel(generation)
    subjects[generation] = nil
  }
}
