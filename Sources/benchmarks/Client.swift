import Foundation

/// The way in which a client uses its connections.
enum ClientKind: String, CaseIterable, Sendable {
  case fresh = "new connection each"
  case keepAlive = "keep-alive, one retry"
  case thinking = "keep-alive, think time, one retry"
  case keepAliveOnce = "keep-alive, no retry"
  case thinkingOnce = "keep-alive, think time, no retry"
  case slow = "1 s requests"
  case slowKept = "1 s requests, keep-alive, no retry"

  /// The path of the requests.
  var path: String { self == .slow || self == .slowKept ? "/slow" : "/" }
  /// Whether several requests use the same connection.
  var reuses: Bool { self != .fresh && self != .slow }
  /// Whether a request on a reused connection is sent again if the connection was closed.
  var retries: Bool { self == .keepAlive || self == .thinking }
  /// Whether the client waits between requests.
  var thinks: Bool { self == .thinking || self == .thinkingOnce }
}

/// A closed loop of requests on its own thread. Every request must be answered, and by the right generation.
struct Client: Sendable {
  let kind: ClientKind
  let port: UInt16
  let ledger: Ledger

  /// Starts the thread.
  func start() -> Thread {
    let thread = Thread { run() }
    thread.start()
    return thread
  }

  /// Sends requests until the ledger is closed.
  private func run() {
    var connection: Connection?
    defer {
      connection?.close()
      ledger.clientEnded()
    }
    while !ledger.isOver {
      if ledger.isPaused { pause(&connection) }
      let began = ContinuousClock.now
      do throws(Connection.Failure) {
        let (response, sent) = try request(&connection)
        ledger.answered(kind, sent: sent, began: began, body: response.body)
        if !kind.reuses || response.closes { drop(&connection) }
      } catch {
        ledger.lost(kind, error)
        drop(&connection)
        usleep(5000)  // not to spin against a closed port
      }
      if kind.thinks { usleep(UInt32.random(in: 0...50_000)) }
    }
  }

  /// Waits without a connection until the pause is over.
  private func pause(_ connection: inout Connection?) {
    drop(&connection)
    ledger.clientPaused()
    while ledger.isPaused { usleep(5000) }
    ledger.clientResumed()
  }

  /// Sends a request on the open connection, or on a new one. If the open one was closed before the response
  /// and the client retries, the request is sent again on a new one. `sent` is a moment before the connection
  /// and the request.
  private func request(
    _ connection: inout Connection?
  ) throws(Connection.Failure) -> (response: (body: String, closes: Bool), sent: ContinuousClock.Instant) {
    if let reused = connection {
      let sent = ContinuousClock.now
      do throws(Connection.Failure) {
        return (try reused.get(kind.path, close: false), sent)
      } catch  where error.isRetryable && kind.retries {
        ledger.retried()
        drop(&connection)
      }
    }
    let sent = ContinuousClock.now
    let opened = try Connection(port: port)
    connection = opened
    return (try opened.get(kind.path, close: !kind.reuses), sent)
  }

  private func drop(_ connection: inout Connection?) {
    connection?.close()
    connection = nil
  }
}
