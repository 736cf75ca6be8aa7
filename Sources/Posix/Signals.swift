internal import CPosix
internal import Glibc

/// A descriptor that becomes readable when a signal arrives (signalfd(2)).
package struct SignalSource: ~Copyable {
  /// The descriptor, which is non-blocking.
  package let descriptor: Descriptor

  /// Blocks `signals` in the calling thread and receives them through the descriptor. Throws the errno of
  /// sigprocmask(2) or signalfd(2).
  package init(_ signals: [CInt]) throws(SystemError) {
    var set = sigset_t()
    sigemptyset(&set)
    for signal in signals { sigaddset(&set, signal) }
    try check("sigprocmask") { sigprocmask(SIG_BLOCK, &set, nil) }
    descriptor = Descriptor(
      owning: try check("signalfd") { signalfd(-1, &set, CInt(SFD_CLOEXEC | SFD_NONBLOCK)) })
  }

  /// Returns the next pending signal, or `nil` if there is none.
  package func next() -> CInt? {
    var info = signalfd_siginfo()
    let size = MemoryLayout<signalfd_siginfo>.size
    return read(descriptor.number, &info, size) == size ? CInt(info.ssi_signo) : nil
  }
}

/// Ends this process by the default action of `signal`, so that a shell sees the usual status.
package func die(by signal: CInt) -> Never {
  var set = sigset_t()
  sigemptyset(&set)
  sigaddset(&set, signal)
  Glibc.signal(signal, SIG_DFL)
  sigprocmask(SIG_UNBLOCK, &set, nil)
  kill(getpid(), signal)
  exit(128 + signal)
}

/// Stops this process by the default action of SIGTSTP, which must be blocked. Returns after SIGCONT, or at once if no
/// shell could continue it (an orphaned process group, setpgid(2)).
package func stopCurrentProcess() {
  var set = sigset_t()
  sigemptyset(&set)
  sigaddset(&set, SIGTSTP)
  kill(getpid(), SIGTSTP)
  sigprocmask(SIG_UNBLOCK, &set, nil)
  sigprocmask(SIG_BLOCK, &set, nil)
}

/// Makes this process the parent of orphaned descendants (`PR_SET_CHILD_SUBREAPER` of prctl(2)).
package func adoptOrphans() { _ = cposix_adopt_orphans() }

/// Returns the name of a signal, such as `SIGSEGV` (sigabbrev_np(3)).
package func signalName(_ signal: CInt) -> String {
  guard let name = cposix_signal_name(signal) else { return "signal \(signal)" }
  return "SIG" + String(cString: name)
}
