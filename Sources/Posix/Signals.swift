internal import CPosix
internal import Glibc

/// Signals as a readable descriptor (`signalfd(2)`).
package struct SignalSource: ~Copyable {
  package let descriptor: Descriptor

  /// Blocks `signals` in this thread and collects them instead.
  package init(_ signals: [CInt]) throws(SystemError) {
    var set = sigset_t()
    sigemptyset(&set)
    for signal in signals { sigaddset(&set, signal) }
    try check("sigprocmask") { sigprocmask(SIG_BLOCK, &set, nil) }
    descriptor = Descriptor(
      owning: try check("signalfd") { signalfd(-1, &set, CInt(SFD_CLOEXEC | SFD_NONBLOCK)) })
  }

  /// The next signal, or nil when none is pending.
  package func next() -> CInt? {
    var info = signalfd_siginfo()
    let size = MemoryLayout<signalfd_siginfo>.size
    return read(descriptor.number, &info, size) == size ? CInt(info.ssi_signo) : nil
  }
}

/// Ends this process by `signal` with its default action, so that a shell sees what it expects.
package func die(by signal: CInt) -> Never {
  var set = sigset_t()
  sigemptyset(&set)
  sigaddset(&set, signal)
  Glibc.signal(signal, SIG_DFL)
  sigprocmask(SIG_UNBLOCK, &set, nil)
  kill(getpid(), signal)
  exit(128 + signal)
}

/// Makes orphaned descendants our children, so that none escapes (`PR_SET_CHILD_SUBREAPER`).
package func adoptOrphans() { _ = cposix_adopt_orphans() }

/// The name of a signal, as in `SIGSEGV`.
package func signalName(_ signal: CInt) -> String {
  guard let name = cposix_signal_name(signal) else { return "signal \(signal)" }
  return "SIG" + String(cString: name)
}
