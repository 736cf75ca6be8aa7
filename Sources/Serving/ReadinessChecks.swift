internal import Glibc
internal import Handoff
internal import Posix
package import Settings

/// The conditions for a new generation to take over, besides waiting for connections.
package struct ReadinessRules: Equatable, Sendable {
  /// Whether it must send `READY=1` (sd_notify(3)).
  var notifies: Bool
  /// The path whose `GET` must be answered with a 2xx status; `nil` if none.
  var path: String?
  /// The command that must succeed; `nil` if none.
  var command: SettingValue.CommandLine?
  /// The time that must pass after all other conditions are met.
  var delay: Duration

  /// Creates the conditions. The default is none.
  package init(
    notifies: Bool = false, path: String? = nil, command: SettingValue.CommandLine? = nil,
    delay: Duration = .zero
  ) {
    (self.notifies, self.path, self.command, self.delay) = (notifies, path, command, delay)
  }
}

/// Checks the conditions of held generations, one after the other, from the time at which they wait for
/// connections.
final class Readiness {
  private struct Progress {
    let pid: CInt
    var listens = false
    var hasNotified = false
    /// Whether the checks after the notification have begun.
    var isBeingChecked = false
    var command: CInt?
    var probe: HTTPProbe?
    var timer: EventLoop.Token?
  }

  /// The conditions for the generations that are started from now on.
  var rules: ReadinessRules
  /// The working directory of the command.
  var directory: String
  private let loop: EventLoop
  private let children: Children
  private var progress: [Int: Progress] = [:]
  /// Returns a connection to a held generation; `nil` if it has no listener for one.
  var connect: (Int) -> Descriptor? = { _ in nil }
  private let ready: (Int) -> Void
  private let unready: (Int, String) -> Void

  /// Creates the checks. `ready` is called with a generation that meets all conditions, and `unready` with a
  /// generation and the condition that it does not meet yet.
  init(
    _ rules: ReadinessRules, loop: EventLoop, children: Children, directory: String,
    ready: @escaping (Int) -> Void, unready: @escaping (Int, String) -> Void
  ) {
    self.rules = rules
    self.loop = loop
    self.children = children
    self.directory = directory
    self.ready = ready
    self.unready = unready
  }

  /// Starts to check a held generation.
  func expect(_ generation: Int, pid: CInt) { progress[generation] = Progress(pid: pid) }

  /// Notes that a generation waits for connections.
  func listens(_ generation: Int) {
    progress[generation]?.listens = true
    advance(generation)
  }

  /// Notes that a generation has sent `READY=1`.
  func notified(_ generation: Int) {
    progress[generation]?.hasNotified = true
    advance(generation)
  }

  /// Ends the checks of a generation that has ended or is live.
  func forget(_ generation: Int) {
    guard let progress = progress.removeValue(forKey: generation) else { return }
    progress.timer.map(loop.forget)
    progress.probe?.cancel()
    if let command = progress.command { children.signal(SIGKILL, command, group: true) }
  }

  private func advance(_ generation: Int) {
    guard let progress = progress[generation], progress.listens, !progress.isBeingChecked else { return }
    if rules.notifies, !progress.hasNotified {
      return unready(generation, "it has not sent READY=1 ('swap.ready' is \"notify\")")
    }
    self.progress[generation]?.isBeingChecked = true
    probe(generation)
  }

  private func probe(_ generation: Int) {
    guard let path = rules.path else { return check(generation) }
    guard let connection = connect(generation) else {
      return tryAgain(generation, "it has no listener from which hotreload could request \(path)", probe)
    }
    progress[generation]?.probe = HTTPProbe(path, connection, loop: loop) { [unowned self] answer in
      progress[generation]?.probe = nil
      switch answer {
      case .status(200...299): check(generation)
      case .status(let code):
        tryAgain(generation, "GET \(path) ('swap.ready-path') returns \(code)", probe)
      case .none: tryAgain(generation, "GET \(path) ('swap.ready-path') gets no HTTP/1 response", probe)
      }
    }
  }

  private func check(_ generation: Int) {
    guard let line = rules.command, let pid = progress[generation]?.pid else { return delay(generation) }
    let command = Command(
      line.words,
      environment: CurrentProcess.environment + [
        "HOTRELOAD_GENERATION=\(generation)", "HOTRELOAD_PID=\(pid)",
      ],
      directory: directory)
    do throws(SystemError) {
      progress[generation]?.command = try children.start(command) { [weak self] status in
        self?.checked(generation, status)
      }
    } catch {
      tryAgain(generation, "cannot run 'swap.ready-command': \(error.reason)", check)
    }
  }

  private func checked(_ generation: Int, _ status: ExitStatus) {
    progress[generation]?.command = nil
    if status == .exited(0) { return delay(generation) }
    tryAgain(generation, "'swap.ready-command' has not succeeded", check)
  }

  private func tryAgain(_ generation: Int, _ reason: String, _ step: @escaping (Int) -> Void) {
    guard progress[generation] != nil else { return }
    unready(generation, reason)
    progress[generation]?.timer = loop.after(.milliseconds(250)) { step(generation) }
  }

  private func delay(_ generation: Int) {
    guard progress[generation] != nil else { return }
    guard rules.delay > .zero else { return become(generation) }
    unready(generation, "'swap.ready-delay' has not passed")
    progress[generation]?.timer = loop.after(rules.delay) { [unowned self] in become(generation) }
  }

  private func become(_ generation: Int) {
    progress[generation] = nil
    ready(generation)
  }
}
