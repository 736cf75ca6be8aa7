internal import Glibc

/// The processes that were started through this object, and their ends.
package final class Children {
  private let loop: EventLoop
  private let signals: SignalSource
  private var handlers: [CInt: (ExitStatus) -> Void] = [:]
  /// Those that were asked to end, and whether their groups were.
  private var asked: [CInt: Bool] = [:]
  /// Those of them that have ended, and have left others in their group.
  private var survived: [CInt: ExitStatus] = [:]
  private let nothing: Descriptor

  /// Collects SIGCHLD on the loop from now on, and adopts the orphans of our descendants.
  package init(loop: EventLoop) throws(SystemError) {
    self.loop = loop
    nothing = try Descriptor.open("/dev/null", O_RDONLY)
    signals = try SignalSource([SIGCHLD])
    adoptOrphans()
    _ = try loop.whenReadable(signals.descriptor) { [unowned self] in reap() }
  }

  /// Starts a command without input. `whenEnded` is called once, on the loop, after the process and all that is left
  /// of its group are gone.
  package func start(
    _ command: Command, output: CInt = STDOUT_FILENO, error: CInt = STDERR_FILENO,
    whenEnded: @escaping (ExitStatus) -> Void
  ) throws(SystemError) -> CInt {
    let pid = try command.start(input: nothing.number, output: output, error: error)
    handlers[pid] = whenEnded
    return pid
  }

  /// Sends a signal to a process that has not been reaped; to its whole group if asked.
  package func signal(_ signal: CInt, _ pid: CInt, group: Bool = false) {
    if survived[pid] != nil {
      if signal == SIGKILL { loop.after(.zero) { [weak self] in self?.end(pid) } }
    } else if handlers[pid] != nil {
      kill(group ? -pid : pid, signal)
    }
  }

  /// Asks a process to end, or its whole group. What is left of the group when it has ended, such as what a script has
  /// started, is asked then, and not killed: `whenEnded` is called when that is gone too, or upon SIGKILL.
  package func terminate(_ pid: CInt, group: Bool) {
    guard handlers[pid] != nil, survived[pid] == nil else { return }
    asked[pid] = group
    signal(SIGTERM, pid, group: group)
  }

  /// Kills a process and everything below it, whatever group it is in.
  package func killTree(_ pid: CInt) {
    for descendant in descendants(of: pid) { kill(descendant, SIGKILL) }
    signal(SIGKILL, pid, group: true)
    signal(SIGKILL, pid)
  }

  /// Kills all that is below this process, wherever it moved to, and waits until it is gone. No handler is called.
  package func endAll() {
    (handlers, survived) = ([:], [:])
    repeat {
      for pid in descendants(of: getpid()) { kill(pid, SIGKILL) }
    } while waitpid(-1, nil, 0) > 0  // the orphans of those that die become ours
  }

  /// The processes below one: `/proc/<pid>/task/<tid>/children`, all the way down.
  package func descendants(of pid: CInt) -> [CInt] {
    let children = FileSystem.names(in: "/proc/\(pid)/task").flatMap { task -> [CInt] in
      let bytes = (try? FileSystem.read("/proc/\(pid)/task/\(task)/children")) ?? []
      return String(decoding: bytes, as: UTF8.self).split(separator: " ").compactMap { CInt($0) }
    }
    return children + children.flatMap(descendants)
  }

  private func reap() {
    while signals.next() != nil { continue }
    for (pid, status) in reapChildren() {
      if handlers[pid] == nil { continue }  // an orphan
      survived[pid] = status
      guard let wasGroup = asked.removeValue(forKey: pid) else {
        end(pid)
        continue
      }
      if !wasGroup { kill(-pid, SIGTERM) }
    }
    for pid in survived.keys where kill(-pid, 0) == -1 { end(pid) }
  }

  /// The process has ended; what is left of its group is killed.
  private func end(_ pid: CInt) {
    guard let status = survived.removeValue(forKey: pid) else { return }
    kill(-pid, SIGKILL)
    handlers.removeValue(forKey: pid)?(status)
  }
}
