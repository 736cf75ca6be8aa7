internal import Glibc

/// The processes that were started through this object, and their ends.
package final class Children {
  private let loop: EventLoop
  private let signals: SignalSource
  private var handlers: [CInt: (ExitStatus) -> Void] = [:]
  /// Those whose descendants end with them.
  private var families: [CInt: Family] = [:]
  /// Those that another process goes on for, once they have ended.
  private var successors: [CInt: ObservedProcess] = [:]
  /// The process that goes on for one that has ended.
  private var followed: [CInt: CInt] = [:]
  /// Those that were asked to end, and whether their groups were.
  private var asked: [CInt: Bool] = [:]
  /// Those of them that have ended, and have left others behind.
  private var survived: [CInt: Survived] = [:]
  private let nothing: Descriptor

  private struct Survived {
    let status: ExitStatus
    var strays: [ObservedProcess] = []
    var descriptions: [Stray] = []

    mutating func add(_ found: [ObservedProcess], of family: Family?) {
      let new = found.filter { !strays.contains($0) }
      strays += new
      if let family { descriptions += new.map(family.description) }
    }
  }

  /// Collects SIGCHLD on the loop from now on, and adopts the orphans of our descendants.
  package init(loop: EventLoop) throws(SystemError) {
    self.loop = loop
    nothing = try Descriptor.open("/dev/null", O_RDONLY)
    signals = try SignalSource([SIGCHLD])
    adoptOrphans()
    _ = try loop.whenReadable(signals.descriptor) { [unowned self] in reap() }
  }

  /// Starts a command, without `input` if none is given. `whenEnded` is called once, on the loop, after the process and all
  /// that is left of its group are gone; with a `mark`, after all that it has started are. `leftBehind`
  /// gets the processes outside of the group that had to be ended because the command has, before `whenEnded`.
  package func start(
    _ command: Command, input: CInt? = nil, output: CInt = STDOUT_FILENO, error: CInt = STDERR_FILENO,
    mark: Mark? = nil, leftBehind: @escaping ([Stray], ExitStatus) -> Void = { _, _ in },
    whenEnded: @escaping (ExitStatus) -> Void
  ) throws(SystemError) -> CInt {
    let pid = try command.start(input: input ?? nothing.number, output: output, error: error)
    followed[pid] = nil
    handlers[pid] = whenEnded
    families[pid] = mark.map { Family(pid, mark: $0, leftBehind: leftBehind) }
    return pid
  }

  /// Takes a process below this one for the one that was started as `pid`, when that has ended: `whenEnded` gets its end, and
  /// it is signalled with the same number. Others are not taken.
  package func follow(_ pid: CInt, to successor: CInt) {
    guard handlers[present(pid)] != nil, successor != present(pid),
      descendants(of: getpid()).contains(successor)
    else { return }
    successors[present(pid)] = ObservedProcess(successor)
  }

  /// The process that stands for one that was started.
  private func present(_ pid: CInt) -> CInt { followed[pid] ?? pid }

  /// Whether another process goes on for one that has ended: as our child, so that its end is heard of.
  private func hasSuccessor(_ pid: CInt) -> Bool {
    guard let successor = successors.removeValue(forKey: pid), successor.isAlive,
      ObservedProcess.children(of: getpid()).contains(successor.pid)
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

  /// Sends a signal to a process that has not been reaped; to its whole group if asked.
  package func signal(_ signal: CInt, _ started: CInt, group: Bool = false) {
    let pid = present(started)
    // Nothing that it leaves behind is asked then, or goes on for it.
    if signal == SIGKILL { (asked[pid], successors[pid]) = (nil, nil) }
    if survived[pid] != nil {
      if signal == SIGKILL { loop.after(.zero) { [weak self] in self?.end(pid) } }
    } else if handlers[pid] != nil {
      // One that goes on for another may be in that one's group.
      if !group || kill(-pid, signal) == -1 { kill(pid, signal) }
    }
  }

  /// Asks a process to end, or its whole group. What is left when it has ended, such as what a script has started, is asked
  /// then, and not killed: `whenEnded` is called when that is gone too, or upon SIGKILL.
  package func terminate(_ started: CInt, group: Bool) {
    let pid = present(started)
    guard handlers[pid] != nil, survived[pid] == nil else { return }
    _ = families[pid]?.look()
    asked[pid] = group
    signal(SIGTERM, pid, group: group)
  }

  /// Kills a process and everything below it, whatever group it is in.
  package func killTree(_ started: CInt) {
    let pid = present(started)
    for descendant in descendants(of: pid) { kill(descendant, SIGKILL) }
    signal(SIGKILL, pid, group: true)
    signal(SIGKILL, pid)
  }

  /// Kills all that is below this process, wherever it moved to, and waits until it is gone. No handler is called.
  package func endAll() {
    (handlers, families, survived) = ([:], [:], [:])
    Self.killAll()
  }

  /// How long a process may take to end after SIGKILL: one that waits for a disk or a network file system does not.
  private static let limit: Duration = .seconds(5)

  /// The same, on any thread.
  package static func killAll() {
    let deadline = ContinuousClock.now + limit
    repeat {
      for pid in ObservedProcess.descendants(of: getpid()) { kill(pid, SIGKILL) }
      let reaped = waitpid(-1, nil, WNOHANG)
      if reaped == -1, errno == ECHILD { return }
      if reaped == 0 { poll(nil, 0, 1) }
    } while .now < deadline  // the orphans of those that die become ours
  }

  /// The processes below one, all the way down. Of one that was started with a mark they are remembered.
  package func descendants(of started: CInt) -> [CInt] {
    let pid = present(started)
    return families[pid]?.look() ?? ObservedProcess.descendants(of: pid)
  }

  private func reap() {
    while signals.next() != nil { continue }
    for (pid, status) in reapChildren() {
      if handlers[pid] == nil || hasSuccessor(pid) { continue }  // an orphan
      survived[pid] = Survived(status: status)
      survived[pid]?.add(strays(of: pid), of: families[pid])
      guard let wasGroup = asked.removeValue(forKey: pid) else {
        // A fork in its own group has not come further on the way into the background.
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

  private func strays(of pid: CInt) -> [ObservedProcess] {
    families[pid]?.strays(besides: handlers.keys) ?? []
  }

  /// The process has ended; what is left of its group and family is killed.
  private func end(_ pid: CInt) {
    guard var left = survived.removeValue(forKey: pid) else { return }
    kill(-pid, SIGKILL)
    // Those that were started meanwhile, a few times: they may go on starting others.
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
