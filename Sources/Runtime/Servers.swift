internal import Glibc
internal import Handoff
internal import Interposer
internal import Posix
internal import Reloader

/// The processes of the generations.
final class Servers {
  private let loop: EventLoop
  private let children: Children
  private let handoff: HandoffServer
  private let socketPath: String
  private let interposer: String
  private struct Running {
    let pid: CInt
    let isShell: Bool
  }

  /// How the next one is started.
  var launch: Launch
  private var running: [Int: Running] = [:]
  private let event: (Int, GenerationEvent) -> Void
  private let warn: (String) -> Void
  private var obstacle: Obstacle?

  /// `event` gets what the generations do, on the loop; `bindFailed` what they could not bind,
  /// and `warn` what keeps them from handing over.
  init(
    loop: EventLoop, children: Children, socketPath: String, interposer: String,
    launch: Launch,
    event: @escaping (Int, GenerationEvent) -> Void,
    bindFailed: @escaping (_ key: String, _ code: CInt) -> Void, warn: @escaping (String) -> Void
  ) throws(SystemError) {
    self.loop = loop
    self.warn = warn
    self.children = children
    self.launch = launch
    self.event = event
    self.socketPath = socketPath
    self.interposer = interposer
    handoff = try HandoffServer(path: socketPath, loop: loop) { number, happened in
      switch happened {
      case .listening(let address): event(number, .listening(address))
      case .bindFailed(let key, let code): bindFailed(key, code)
      case .ready: event(number, .ready)
      case .paused(let fresh, let busy, let idle):
        event(number, .paused(Connections(fresh: fresh, busy: busy, idle: idle)))
      case .notPaused: event(number, .refusedPause)
      case .released: event(number, .released)
      case .settled: event(number, .settled)
      }
    }
  }

  /// Starts a program as a generation.
  func start(_ number: Int, _ program: Program, held: Bool) {
    handoff.expect(number, held: held)
    lookForObstacle(in: program)
    let command = Command(
      path: program.path, arguments: program.arguments + launch.arguments,
      environment: serverEnvironment(launch, socketPath: socketPath, interposer: interposer) + [
        "HOTRELOAD_GENERATION=\(number)"
      ]
        + (program.isLauncher ? ["HOTRELOAD_LAUNCHER=1"] : []),
      directory: launch.directory, parentDeathSignal: SIGKILL)
    do throws(SystemError) {
      let pid = try children.start(command) { [unowned self] status in ended(number, status) }
      running[number] = Running(pid: pid, isShell: program.isShell)
    } catch {
      handoff.forget(number)
      let reason = error.description
      loop.after(.zero) { [event] in event(number, .ended(.notStarted(reason))) }
    }
  }

  /// Says so once, not at every start.
  private func lookForObstacle(in program: Program) {
    let found = Obstacle(in: program.path)
    if let found, found != obstacle {
      warn(
        """
        \(program.arguments[0]) cannot hand its listeners over: \(found). Each build stops it and starts the new one; \
        clients are refused meanwhile
        """)
    }
    obstacle = found
  }

  func processIdentifier(of number: Int) -> CInt? { running[number]?.pid }

  /// What is idle moves to the next generation, or ends.
  func pause(_ number: Int, within limit: Duration, moves: Bool) {
    handoff.pause(number, milliseconds: Int(limit / .milliseconds(1)), moves: moves)
  }

  func release(_ number: Int) { handoff.release(number) }

  func terminate(_ number: Int) {
    if let server = running[number] { children.signal(SIGTERM, server.pid, group: server.isShell) }
  }

  func kill(_ number: Int) {
    if let server = running[number] { children.signal(SIGKILL, server.pid, group: true) }
  }

  private func ended(_ number: Int, _ status: ExitStatus) {
    running[number] = nil
    handoff.forget(number)
    switch status {
    case .exited(let code): event(number, .ended(.exited(Int(code))))
    case .signalled(let signal): event(number, .ended(.signalled(signalName(signal))))
    }
  }
}

/// The user's environment, and what the interposer takes out of it again before the server's `main`.
private func serverEnvironment(_ launch: Launch, socketPath: String, interposer: String) -> [String] {
  let wanted = launch.environment(over: CurrentProcess.environment)
  var environment = wanted.filter { !$0.hasPrefix("LD_PRELOAD=") && !$0.hasPrefix("HOTRELOAD_") }
  let preload = wanted.first { $0.hasPrefix("LD_PRELOAD=") }?.dropFirst("LD_PRELOAD=".count) ?? ""
  environment.append("LD_PRELOAD=\(interposer)\(preload.isEmpty ? "" : ":" + preload)")
  if !preload.isEmpty { environment.append("HOTRELOAD_LD_PRELOAD=\(preload)") }
  environment.append("HOTRELOAD_SOCKET=\(socketPath)")
  // A crashed server must not wait at the terminal for somebody to type into Swift's backtracer.
  if !wanted.contains(where: { $0.hasPrefix("SWIFT_BACKTRACE=") }) {
    environment.append("SWIFT_BACKTRACE=interactive=no")
  }
  return environment
}
