internal import Glibc
internal import Posix
internal import Reloader
internal import Reporting

// The end of the session.
extension Session {
  func received(_ signal: CInt) {
    if signal != SIGINT { console.isInteractive = false }
    if signal == Supervisor.parentDied {
      leave(with: end.signal)
      interrupt()  // nobody waits for a graceful end
    } else {
      leave(with: signal)
    }
  }

  /// Ends everything, or kills it if it is being ended. The session then ends by this signal, or with exit code 0 if that
  /// is 0.
  func leave(with signal: CInt) {
    if !end.hasBegun {
      supervisor?.keepSayingHeard()
      supervisor?.send(.notify("STOPPING=1"))
    }
    end.signal = signal
    interrupt()
  }

  func interrupt() {
    end.hasBegun = true
    driver.handle(.interrupted)
  }
}
