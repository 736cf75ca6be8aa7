internal import Glibc
internal import Posix
internal import Reloader
internal import Reporting

// The signals that end the session.
extension Session {
  func received(_ signal: CInt) {
    if !end.hasBegun {
      supervisor?.keepSayingHeard()
      supervisor?.send(.notify("STOPPING=1"))
    }
    if signal != SIGINT { console.isInteractive = false }
    interrupt()
    if signal == Supervisor.parentDied {
      interrupt()  // nobody waits for a graceful end
    } else {
      end.signal = signal
    }
  }

  func interrupt() {
    end.hasBegun = true
    driver.handle(.interrupted)
  }
}
