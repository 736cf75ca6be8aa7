internal import Glibc
internal import Handoff
package import Posix

/// The process that the user has started: it runs hotreload proper as its child, passes signals on to it, and sees to it
/// that nothing is left should the child be killed. Should it be killed itself, the child ends everything.
///
/// Both adopt the orphans below them (`PR_SET_CHILD_SUBREAPER`), so that also what a server has started and left behind
/// is found, in whatever process group or session it is.
package enum Guardian {
  /// Runs this program again with `arguments`; returns how that ended. Throws what the system refuses.
  package static func run(_ arguments: [String]) throws(SystemError) -> ExitStatus {
    let loop = try EventLoop()
    let children = try Children(loop: loop)
    // nohup(1) has SIGHUP ignored.
    let signals = try SignalSource([SIGINT, SIGTERM, SIGHUP].filter { !CurrentProcess.isIgnoring($0) })
    let command = Command(
      path: "/proc/self/exe", arguments: ["hotreload"] + arguments, environment: CurrentProcess.environment,
      directory: CurrentProcess.directory, parentDeathSignal: parentDied)
    var result = ExitStatus.exited(1)
    let pid = try children.start(command) { status in
      result = status
      loop.stop()
    }
    _ = try loop.whenReadable(signals.descriptor) {
      while let signal = signals.next() {
        children.signal(signal, pid)
        children.signal(SIGCONT, pid)  // one that is stopped hears of nothing
      }
    }
    try loop.run()
    children.endAll()
    RuntimeDirectory.removeAbandoned()
    return result
  }

  /// What the child receives when the guardian is killed.
  static let parentDied = SIGUSR1
}
