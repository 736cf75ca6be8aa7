internal import Glibc
package import Handoff
internal import Interposer
package import Posix
package import Reloader
package import SelfWrites

/// The processes of the generations.
package final class Servers {
  private let loop: EventLoop
  private let children: Children
  private let handoff: HandoffServer
  private let directory: RuntimeDirectory
  private let interposer: String
  private struct Running {
    let pid: CInt
    let isShell: Bool
    /// Whether it was asked to end.
    var isEnding = false
  }

  /// The settings for the next generation.
  private(set) var launch: Launch
  private let checks: ReadinessChecks
  private let healthChecks: HealthChecks
  /// The descriptors that servers have stored for their successors (`FDSTORE=1`).
  private let descriptors: DescriptorStore
  private var isStoreFull = false
  private var notifySockets: [Int: NotifySocket] = [:]
  private var running: [Int: Running] = [:]
  private let event: (Int, GenerationEvent) -> Void
  private let notice: (ServerNotice) -> Void
  private let unheld: UnheldListeners
  private let adopted: AdoptedListeners
  /// The keys of the messages about listeners that the user has read, each of which is printed once.
  private var told: Set<String> = []
  private let selfWrites: SelfWrites

  /// Opens the sockets for servers. `event` is called on the loop with the events of generations, and
  /// `notice` with everything else that the user should know. Throws `ListenFailure` or `SystemError`.
  package init(
    loop: EventLoop, children: Children, directory: RuntimeDirectory, interposer: String,
    inherited: InheritedSockets, launch: Launch, selfWrites: SelfWrites,
    event: @escaping (Int, GenerationEvent) -> Void, notice: @escaping (ServerNotice) -> Void
  ) throws {
    self.loop = loop
    self.notice = notice
    self.children = children
    self.launch = launch
    self.event = event
    self.directory = directory
    self.interposer = interposer
    self.selfWrites = selfWrites
    adopted = AdoptedListeners(loop: loop)
    let unheld = UnheldListeners(loop: loop, children: children, library: interposer)
    self.unheld = unheld
    checks = ReadinessChecks(loop: loop, children: children, event: event)
    let healthChecks = HealthChecks(loop: loop, children: children, event: event)
    self.healthChecks = healthChecks
    handoff = try HandoffServer(path: directory.socketPath, loop: loop) { number, happened in
      switch happened {
      case .listening(let address):
        selfWrites.noteOpenFiles()
        event(number, .listening(address))
        unheld.listens(number)
      case .bindFailed(let key, let code): notice(.bindFailed(key: key, code: code))
      case .listeners(let listeners): event(number, .listeners(listeners))
      case .paused(let fresh, let busy, let idle):
        event(number, .paused(Connections(fresh: fresh, busy: busy, idle: idle)))
      case .pauseFailed: event(number, .pauseFailed)
      case .released:
        event(number, .released)
        selfWrites.noteOpenFiles()  // it reads /proc, and the swap does not wait for it
      case .drained: event(number, .drained)
      case .acceptedProbe: healthChecks.accepted(number)
      case .leftoverProcess(let pid): notice(.outlived(number, process: pid))
      }
    }
    checks.connect = { [unowned handoff] generation in try? handoff.connect(to: generation) ?? nil }
    healthChecks.connect = checks.connect
    descriptors = DescriptorStore(loop: loop)
    handoff.keep(inherited)
    try handoff.listen(at: launch.listen)
    unheld.polledSockets = { [unowned handoff] number in handoff.polledSockets(of: number) }
    unheld.found = { [unowned self] number, listener in found(listener, of: number) }
    unheld.settled = { [unowned self] number, sockets in
      if running.keys.allSatisfy({ $0 <= number }) { adopted.discard(allBut: Set(sockets.map(\.inode))) }
      adopted.listens(number)
      event(number, .addresses(sockets.map(\.address)))
    }
    try selfWrites.listen(at: directory.filesPath)
    if MessageTrace.variable != nil { selfWrites.trace = MessageTrace.received(notice:) }
  }

  /// Applies new settings for the servers that are started from now on. Returns whether they differ from the
  /// previous ones. Throws `ListenFailure`; the settings are then unchanged.
  package func use(_ launch: Launch) throws(ListenFailure) -> Bool {
    try handoff.listen(at: launch.listen)
    let isNew = launch != self.launch
    self.launch = launch
    return isNew
  }

  /// Starts a program as a generation.
  package func start(_ number: Int, _ program: Program, held: Bool) {
    handoff.expect(number, held: held)
    do throws(SystemError) {
      // Only the first of these variables stays in the environment of the server's children.
      let mark = Mark(
        ofAll: "NOTIFY_SOCKET=\(try openNotifySocket(of: number))", ofFirst: "HOTRELOAD_GENERATION=\(number)")
      var command = Command(
        path: program.path, arguments: program.arguments(with: launch.arguments),
        environment: serverEnvironment(launch, directory, interposer: interposer) + [
          mark.ofFirst, mark.ofAll,
        ]
          + (program.isLauncher ? ["HOTRELOAD_LAUNCHER=\(CurrentProcess.identifier)"] : []),
        directory: launch.directory, parentDeathSignal: SIGKILL)
      command.passed = handoff.passedOn + descriptors.all
      command.readsInput = launch.readsInput
      let isPreloaded =
        switch PreloadBlocker(in: program.path) {
        case .linkedStatically, .otherLibrary: false
        case .privileged, nil: true  // the filter would take its privileges away (PR_SET_NO_NEW_PRIVS)
        }
      command.bindFilter = adopted.filter(for: number, isPreloaded: isPreloaded)?.socketOfChild ?? -1
      let pid = try children.start(command, mark: mark) { [unowned self] strays, status in
        leftBehind(number, strays, status)
      } whenEnded: { [unowned self] status in
        ended(number, status)
      }
      running[number] = Running(pid: pid, isShell: program.isShell)
      let processes = { [children] in [pid] + children.descendants(of: pid) }
      adopted.started(number, processes: processes)
      selfWrites.started(pid, library: interposer, processes: processes)
      unheld.expect(number, pid: pid, isHeld: held)
      if held { checks.expect(number, pid: pid, launch) }
      healthChecks.expect(number, pid: pid, launch)
    } catch {
      notifySockets.removeValue(forKey: number)?.close()
      adopted.ended(number)
      handoff.forget(number)
      let reason = error.description
      loop.after(.zero) { [event] in event(number, .ended(.notStarted(reason))) }
    }
  }

  /// Handles a listener that hotreload cannot hold. The user is told once, not at every start. A listener
  /// that only a child of the server has does not matter to the swap.
  private func found(_ listener: UnheldListener, of number: Int) {
    handoff.closeMoved(to: listener.socket.inode)
    var isHeld = handoff.isHeld(listener.socket.inode) || adopted.isAdopted(listener.socket.inode)
    let isAside = !isHeld && handoff.polledSockets(of: number).values.contains(true)
    if !isHeld, !isAside { isHeld = adopted.adopt(listener) }
    let subject = isAside ? listener.command : listener.socket.address
    if told.insert(subject + listener.reason).inserted {
      notice(.unheld(listener, isAside ? .aside : isHeld ? .clientsWait : .clientsAreRefused))
    }
    if !isAside { event(number, .unholdable(listener.socket.address)) }
  }

  private func openNotifySocket(of number: Int) throws(SystemError) -> String {
    let path = directory.notifyPath(of: number)
    notifySockets[number] = try NotifySocket(path: path, loop: loop) { [unowned self] said, received in
      switch said {
      case .ready: event(number, .notified)
      case .status(let text): notice(.status(number, text))
      case .needs(let duration): event(number, .needs(duration))
      case .mainProcess(let pid):
        if let server = running[number] { children.setSuccessor(of: server.pid, to: pid) }
      case .store(let name, let endsWithPeer): store(received, name, endsWithPeer)
      case .remove(let name): descriptors.remove(name: name)
      }
    }
    return path
  }

  private func store(_ received: [ReceivedDescriptor], _ name: String, _ endsWithPeer: Bool) {
    if descriptors.add(received, name: name, endsWithPeer: endsWithPeer) || isStoreFull { return }
    isStoreFull = true
    notice(.storeFull(DescriptorStore.limit))
  }

  /// Closes all sockets of hotreload, and removes those with a path from the file system.
  package func close() {
    handoff.close()
    descriptors.removeAll()
    selfWrites.stopListening(at: directory.filesPath)
  }

  /// Returns the process of a generation; `nil` if it does not run.
  package func processIdentifier(of number: Int) -> CInt? { running[number]?.pid }

  /// Pauses a generation. Its idle connections move to the next generation if `moves`, and are closed
  /// otherwise.
  package func pause(_ number: Int, within limit: Duration, moves: Bool) {
    handoff.pause(number, milliseconds: Int(limit / .milliseconds(1)), moves: moves)
  }

  package func release(_ number: Int) { handoff.release(number) }

  /// Requests a path from a held generation.
  package func requestPage(of number: Int, path: String) { checks.requestPage(of: number, path: path) }

  /// Runs the user's command that decides whether a held generation is ready.
  package func runReadyCommand(for number: Int) { checks.runCommand(for: number) }

  /// Cancels the request or the command that runs for a generation.
  package func cancelCheck(of number: Int) { checks.cancel(number) }

  /// Makes a check of a live generation.
  package func checkHealth(of number: Int, _ check: Liveness.Check, within limit: Duration) {
    healthChecks.check(number, check, within: limit)
  }

  /// Cancels the check of a live generation.
  package func cancelHealthCheck(of number: Int) { healthChecks.cancel(number) }

  package func terminate(_ number: Int) {
    guard let server = running[number] else { return }
    selfWrites.ending(server.pid)
    running[number]?.isEnding = true
    children.terminate(server.pid, group: server.isShell)
  }

  package func kill(_ number: Int) {
    if let server = running[number] { children.signal(SIGKILL, server.pid, group: true) }
  }

  /// Reports processes that a server has left behind. A server that exits with 0 although it was not asked
  /// to, and leaves a fork of itself behind, has put itself into the background.
  private func leftBehind(_ number: Int, _ strays: [Stray], _ status: ExitStatus) {
    if status == .exited(0), running[number]?.isEnding == false, let fork = strays.first(where: \.isFork) {
      notice(.outlived(number, process: Int(fork.pid)))
    } else {
      notice(.leftBehind(number, strays.map { "\($0.name) (\($0.pid))" }))
    }
  }

  private func ended(_ number: Int, _ status: ExitStatus) {
    let server = running.removeValue(forKey: number)
    let isEnding = server?.isEnding == true
    if let server { selfWrites.ended(server.pid) }
    unheld.forget(number)
    let contested = adopted.ended(number)
    if let contested, status != .exited(0), !isEnding {
      notice(.bindFailed(key: "tcp \(contested)", code: EADDRINUSE))
    }
    checks.forget(number)
    healthChecks.forget(number)
    notifySockets.removeValue(forKey: number)?.close()
    let outliving = handoff.forget(number)
    if status == .exited(0), !isEnding, let process = outliving.first {
      notice(.outlived(number, process: process))
    }
    switch status {
    case .exited(let code): event(number, .ended(.exited(Int(code))))
    case .signalled(let signal): event(number, .ended(.signalled(signalName(signal))))
    }
  }
}
