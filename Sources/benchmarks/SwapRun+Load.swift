import Posix
import Reloader

// The clients, and the resources that the server uses under their load.
extension SwapRun {
  /// Starts the clients.
  func startLoad() {
    guard let program = server.clientProgram else {
      for kind in server.clients { _ = Client(kind: kind, port: port, ledger: ledger).start() }
      clients.count = server.clients.count
      return
    }
    do {
      clients.external = try ExternalClients(program: program, kinds: server.clients, ledger: ledger)
      clients.count = 1
    } catch {
      fatalError("\(error)")
    }
  }

  /// Ends the clients before the server, so that no request is lost at the end.
  func finish() {
    let wasOver = ledger.isOver
    ledger.end()
    if !wasOver { clients.external?.end() }
    if ledger.snapshot.clientsEnded == clients.count {
      service?.interrupt()
    } else {
      loop.after(.milliseconds(50)) { [unowned self] in finish() }
    }
  }

  /// Looks at the resources while the clients pause. It waits until their connections and the old generations
  /// have ended, for a minute at most.
  func look(tries: Int = 600, _ then: @escaping (Hygiene) -> Void) {
    guard let swapped = swaps.last, let server = service?.processIdentifier(of: swapped.generation) else {
      return
    }
    ledger.pause()
    let seen = Hygiene(server: server, port: port)
    let isQuiet =
      ledger.snapshot.clientsPaused == clients.count && seen.connections == 0 && seen.children == 1
    guard isQuiet || tries == 0 else {
      loop.after(.milliseconds(100)) { [unowned self] in look(tries: tries - 1, then) }
      return
    }
    ledger.resume()
    then(seen)
  }
}
