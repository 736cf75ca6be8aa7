internal import Glibc
internal import Posix
internal import Reloader
internal import Settings

/// Performs the checks that decide whether a held generation is ready: requests a page from it, or runs the user's
/// command. At most one check runs for a generation. When there is one, and how often, is decided by `Readiness`.
final class ReadinessChecks {
  /// The check that runs.
  private enum Check {
    case page(HTTPProbe)
    case command(CInt)
  }

  private struct Subject {
    let process: CheckedProcess
    let command: SettingValue.CommandLine?
    var check: Check?
  }

  private let loop: EventLoop
  private let children: Children
  private var subjects: [Int: Subject] = [:]
  /// Returns a connection to a held generation; `nil` if it has no listener for one.
  var connect: (Int) -> Descriptor? = { _ in nil }
  private let event: (Int, GenerationEvent) -> Void

  /// Creates the checks. `event` is called with the result of each, at once if it cannot be started.
  init(loop: EventLoop, children: Children, event: @escaping (Int, GenerationEvent) -> Void) {
    self.loop = loop
    self.children = children
    self.event = event
  }

  /// Registers a held generation, with the command and the working directory of its settings.
  func expect(_ generation: Int, pid: CInt, _ launch: Launch) {
    subjects[generation] = Subject(
      process: CheckedProcess(generation: generation, pid: pid, directory: launch.directory),
      command: launch.readyCommand)
  }

  /// Requests a path from a generation.
  func requestPage(of generation: Int, path: String) {
    guard subjects[generation] != nil else { return }
    guard let connection = connect(generation) else {
      return event(generation, .pageAnswered(.noListener))
    }
    let probe = HTTPProbe(path, connection, loop: loop) { [unowned self] answer in
      subjects[generation]?.check = nil
      switch answer {
      case .status(let code): event(generation, .pageAnswered(.status(code)))
      case .none: event(generation, .pageAnswered(.noResponse))
      }
    }
    subjects[generation]?.check = .page(probe)
  }

  /// Runs the command for a generation.
  func runCommand(for generation: Int) {
    guard let subject = subjects[generation] else { return }
    guard let line = subject.command else { return event(generation, .commandEnded(.succeeded)) }
    do throws(SystemError) {
      let process = try subject.process.start(line, by: children) { [weak self] status in
        guard let self, case .command = subjects[generation]?.check else { return }
        subjects[generation]?.check = nil
        event(generation, .commandEnded(status == .exited(0) ? .succeeded : .failed))
      }
      subjects[generation]?.check = .command(process)
    } catch {
      event(generation, .commandEnded(.notStarted(error.reason)))
    }
  }

  /// Cancels the check of a generation. It ends without an event.
  func cancel(_ generation: Int) {
    switch subjects[generation]?.check {
    case .page(let probe): probe.cancel()
    case .command(let process): children.signal(SIGKILL, process, group: true)
    case nil: break
    }
    subjects[generation]?.check = nil
  }

  /// Cancels the check of a generation that has ended, and forgets the generation.
  func forget(_ generation: Int) {
    cancel(generation)
    subjects[generation] = nil
  }
}
