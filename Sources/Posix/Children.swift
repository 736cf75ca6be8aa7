internal import CPosix
internal import Glibc

/// The processes that were started through this object. Reports the exit of each.
package final class Children {
  private let loop: EventLoop
  /// The source of SIGCHLD.
  private let signals: SignalSource
  /// The handlers that are called when a process has ended, by its current pid.
  private var handlers: [CInt: (ExitStatus) -> Void] = [:]
  /// The families of the processes that were started with a mark. What is left of a family is ended with its
  /// head.
  private var families: [CInt: Family] = [:]
  /// The processes that take over for a started process when that exits, by its current pid.
  private var successors: [CInt: ProcessHandle] = [:]
  /// The pid that now stands for a started process, by the pid with which it was started.
  private var followed: [CInt: CInt] = [:]
  /// The processes that were asked to terminate, and whether their whole group was.
  private var asked: [CInt: Bool] = [:]
  /// The processes that have exited while processes of their group or family may still run.
  private var survived: [CInt: Survived] = [:]
  /// `/dev/null`, the input of commands that have none.
  private let nothing: Descriptor
  /// The input of commands with ``Command/readsInput``; `nil` if there is none.
  private var input: Descriptor?

  /// A process that has exited, and the processes outside of its group that it left behind.
  private struct Survived {
    /// The exit status of the process.
    let status: ExitStatus
    /// The processes outside of the group, to be ended too.
    var strays: [ProcessHandle] = []
    /// The names and identifiers of these processes, for messages.
    var descriptions: [Stray] = []

    /// Adds processes that were left behind.
    mutating func add(_ found: [ProcessHandle], of family: Family?) {
      let new = found.filter { !strays.contains($0) }
      strays += new
      if let family { descriptions += new.map(family.description) }
    }
  }

  /// Reaps children on `loop` from now on (signalfd(2) for SIGCHLD), and adopts orphaned descendants. Throws
  /// the errno of the call that failed.
  package init(loop: EventLoop) throws(SystemError) {
    self.loop = loop
    nothing = try Descriptor.open("/dev/null", O_RDONLY)
    signals = try SignalSource([SIGCHLD])
    adoptOrphans()
    _ = try loop.whenReadable(signals.descriptor) { [unowned self] in reap() }
  }

  /// Whether there is an input for commands with ``Command/readsInput``.
  package var haveInput: Bool { input != nil }

  /// Sets the input of commands with ``Command/readsInput``; `nil` for none.
  package func setInput(_ new: consuming Descriptor?) { input = new }

  /// Starts a command and returns its pid. Throws the errno of the step that failed.
  ///
  /// - Parameters:
  ///   - input: The standard input of the command, or `nil` for that of ``Command/readsInput`` or `/dev/null`.
  ///   - mark: The variables that identify the family of the command. Without a mark only its process group
  ///     ends with it.
  ///   - leftBehind: Receives the processes outside of the group that were ended because the command has
  ///     exited. Called before `whenEnded`.
  ///   - whenEnded: Called once, on the loop, when the process and the rest of its group are gone, and with a
  ///     `mark` also its family.
  package func start(
    _ command: Command, input: CInt? = nil, output: CInt = STDOUT_FILENO, error: CInt = STDERR_FILENO,
    mark: Mark? = nil, leftBehind: @escaping ([Stray], ExitStatus) -> Void = { _, _ in },
    whenEnded: @escaping (ExitStatus) -> Void
  ) throws(SystemError) -> CInt {
    let shared = command.readsInput ? self.input?.number : nil
    let pid = try command.start(input: input ?? shared ?? nothing.number, output: output, error: error)
    followed[pid] = nil
    handlers[pid] = whenEnded
    families[pid] = mark.map { Family(pid, mark: $0, leftBehind: leftBehind) }
    return pid
  }

  /// Makes `successor` take over for the process that was started as `pid`, once that has exited. `whenEnded`
  /// then receives the exit of `successor`, and signals for `pid` go to it.
  ///
  /// Does nothing if `successor` is not a descendant of this process.
  package func setSuccessor(of pid: CInt, to successor: CInt) {
    guard handlers[present(pid)] != nil, successor != present(pid),
      descendants(of: getpid()).contains(successor)
    else { return }
    successors[present(pid)] = ProcessHandle(successor)
  }

  /// Returns the pid that now stands for the process that was started as `pid`.
  private func present(_ pid: CInt) -> CInt { followed[pid] ?? pid }

  /// Moves the state of an exited process to its successor, and returns whether there is one. The successor
  /// must be a child of this process, so that its exit is reported.
  private func hasSuccessor(_ pid: CInt) -> Bool {
    guard let successor = successors.removeValue(forKey: pid), successor.isAlive,
      ProcessHandle.children(of: getpid()).contains(successor.pid)
    else { return false }
    let new = successor.pid
    handlers[new] = handlers.removeValue(forKey: pid)
    families[new] = families.removeValue(forKey: pid)?.headed(by: new)
    followed[followed.first { $0.value == pid }?.key ?? pid] = new
    if let wasGroup = asked.removeValue(forKey: pid) {
      asked[new] = wasGroup
      successor.send(SIGTERM)
    }
    return true
  }

  /// Sends a signal to a started process that has not been reaped, or to its whole group.
  package func signal(_ signal: CInt, _ started: CInt, group: Bool = false) {
    let pid = present(started)
    // After SIGKILL nothing of the process is asked to terminate, and no successor takes over.
    if signal == SIGKILL { (asked[pid], successors[pid]) = (nil, nil) }
    if survived[pid] != nil {
      if signal == SIGKILL { loop.after(.zero) { [weak self] in self?.end(pid) } }
    } else if handlers[pid] != nil {
      // A successor may be in the group of the process before it, so its own group may not exist.
      if !group || kill(-pid, signal) == -1 { kill(pid, signal) }
    }
  }

  /// Sends SIGTERM to a process, or to its whole group.
  ///
  /// Processes that it leaves behind, such as those that a script started, get SIGTERM too once it has
  /// exited. `whenEnded` is called when they are gone, or after SIGKILL.
  package func terminate(_ started: CInt, group: Bool) {
    let pid = present(started)
    guard handlers[pid] != nil, survived[pid] == nil else { return }
    _ = families[pid]?.recordDescendants()
    asked[pid] = group
    signal(SIGTERM, pid, group: group)
  }

  /// Kills a process and all of its descendants, in any process group.
  package func killTree(_ started: CInt) {
    let pid = present(started)
    for descendant in descendants(of: pid) { kill(descendant, SIGKILL) }
    signal(SIGKILL, pid, group: true)
    signal(SIGKILL, pid)
  }

  /// The variable of a process that goes on when hotreload ends, with everything that it starts, such as a browser.
  package static let spared = "HOTRELOAD_SPARED=1"

  /// Kills all descendants of this process, in any process group, and waits until they are gone. Calls no
  /// handler.
  package func endAll() {
    (handlers, families, survived) = ([:], [:], [:])
    Self.killAll()
  }

  /// The time to wait for processes to exit after SIGKILL. A process that waits for a disk or a network file
  /// system does not exit.
  private static let limit: Duration = .seconds(5)

  /// Kills all descendants of this process and waits until they are gone. Can be called on any thread.
  package static func killAll() {
    let deadline = ContinuousClock.now + limit
    repeat {
      let ended = ProcessHandle.descendants(of: getpid()) { ProcessHandle($0)?.hasVariable(spared) == true }
      for pid in ended { kill(pid, SIGKILL) }
      let reaped = waitpid(-1, nil, WNOHANG)
      if reaped == -1, errno == ECHILD { return }
      if reaped == 0 {
        if ended.isEmpty { return }
        poll(nil, 0, 1)
      }
    } while .now < deadline  // the orphans of a process that exits become children of this process
  }

  /// Returns the descendants of a process. Those of a process with a mark are remembered for its end.
  package func descendants(of started: CInt) -> [CInt] {
    let pid = present(started)
    return families[pid]?.recordDescendants() ?? ProcessHandle.descendants(of: pid)
  }

  /// Handles the exit of every child that has exited.
  private func reap() {
    while signals.next() != nil { continue }
    for (pid, status) in reapChildren() {
      if handlers[pid] == nil || hasSuccessor(pid) { continue }  // an adopted orphan, or a successor goes on
      survived[pid] = Survived(status: status)
      survived[pid]?.add(strays(of: pid), of: families[pid])
      guard let wasGroup = asked.removeValue(forKey: pid) else {
        // A fork that is still in the group was on its way into the background.
        if status == .exited(0) { survived[pid]?.add(families[pid]?.forks ?? [], of: families[pid]) }
        end(pid)
        continue
      }
      if !wasGroup { kill(-pid, SIGTERM) }
      for stray in survived[pid]?.strays ?? [] { stray.send(SIGTERM) }
    }
    for (pid, left) in survived where kill(-pid, 0) == -1 && !left.strays.contains(where: \.isAlive) {
      end(pid)
    }
  }

  /// Returns the running processes of the family outside of the group.
  private func strays(of pid: CInt) -> [ProcessHandle] {
    families[pid]?.strays(besides: handlers.keys) ?? []
  }

  /// Kills the rest of the group and family of a process that has exited, and calls its handlers.
  private func end(_ pid: CInt) {
    guard var left = survived.removeValue(forKey: pid) else { return }
    kill(-pid, SIGKILL)
    // Killed processes may have started others meanwhile, so look a few times.
    for _ in 1...3 {
      let found = self.strays(of: pid)
      if found.isEmpty { break }
      left.add(found, of: families[pid])
      for stray in found { stray.send(SIGKILL) }
    }
    followed = followed.filter { $0.value != pid }
    let family = families.removeValue(forKey: pid)
    if !left.descriptions.isEmpty { family?.leftBehind(left.descriptions, left.status) }
    handlers.removeValue(forKey: pid)?(left.status)
  }
}
