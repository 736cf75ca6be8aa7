internal import Glibc
internal import Handoff
internal import Posix
package import Settings

/// What a new generation must do before it may take over, besides waiting for connections.
package struct ReadinessRules: Equatable, Sendable {
  /// Say `READY=1` (sd_notify(3)).
  var notifies: Bool
  /// `GET` of this path must be answered with 2xx.
  var path: String?
  /// This command must succeed.
  var command: SettingValue.CommandLine?
  /// Then this time must pass.
  var delay: Duration

  /// Nothing, unless something is wanted.
  package init(
    notifies: Bool = false, path: String? = nil, command: SettingValue.CommandLine? = nil,
    delay: Duration = .zero
  ) {
    (self.notifies, self.path, self.command, self.delay) = (notifies, path, command, delay)
  }
}

/// Takes held generations from "waits for connections" to "ready", one condition after the other.
final class Readiness {
  private struct Progress {
    let pid: CInt
    var listens = false
    var hasNotified = false
    /// The command has begun, or the delay.
    var isBeingChecked = false
    var command: CInt?
    var probe: HTTPProbe?
    var timer: EventLoop.Token?
  }

  /// What the generations that are started from now on must do.
  var rules: ReadinessRules
  /// Where the command runs.
  var directory: String
  private let loop: EventLoop
  private let children: Children
  private var progress: [Int: Progress] = [:]
  /// Connects to a generation that is held.
  var connect: (Int) -> Descriptor? = { _ in nil }
  private let ready: (Int) -> Void
  private let unready: (Int, String) -> Void

  /// `ready` gets a generation that has done everything, `unready` what one has not done yet.
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

  /// A held generation has been started.
  func expect(_ generation: Int, pid: CInt) { progress[generation] = Progress(pid: pid) }

  /// It waits for connections.
  func listens(_ generation: Int) {
    progress[generation]?.listens = true
    advance(generation)
  }

  /// It has said that it is ready.
  func notified(_ generation: Int) {
    progress[generation]?.hasNotified = true
    advance(generation)
  }

  /// It is gone, or serves.
  func forget(_ generation: Int) {
    guard let progress = progress.removeValue(forKey: generation) else { return }
    progress.timer.map(loop.forget)
    progress.probe?.cancel()
    if let command = progress.command { children.signal(SIGKILL, command, group: true) }
  }

  private func advance(_ generation: Int) {
    guard let progress = progress[generation], progress.listens, !progress.isBeingChecked else { return }
    if rules.notifies, !progress.hasNotified {
      return unready(generation, "it has not said READY=1 ('swap.ready' is \"notify\")")
    }
    self.progress[generation]?.isBeingChecked = true
    probe(generation)
  }

  private func probe(_ generation: Int) {
    guard let path = rules.path else { return check(generation) }
    guard let connection = connect(generation) else {
      return tryAgain(generation, "it has no listener by which hotreload could ask for \(path)", probe)
    }
    progress[generation]?.probe = HTTPProbe(path, connection, loop: loop) { [unowned self] answer in
      progress[generation]?.probe = nil
      switch answer {
      case .status(200...299): check(generation)
      case .status(let code):
        tryAgain(generation, "GET \(path) ('swap.ready-path') is answered with \(code)", probe)
      case .none: tryAgain(generation, "GET \(path) ('swap.ready-path') is not answered in HTTP/1", probe)
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
      tryAgain(generation, "the command of 'swap.ready-command' cannot be run: \(error.reason)", check)
    }
  }

  private func checked(_ generation: Int, _ status: ExitStatus) {
    progress[generation]?.command = nil
    if status == .exited(0) { return delay(generation) }
    tryAgain(generation, "the command of 'swap.ready-command' has not succeeded", check)
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
