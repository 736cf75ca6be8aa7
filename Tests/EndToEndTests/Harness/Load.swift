import Foundation

/// Clients in closed loops, each on a thread of its own. Every request must be answered.
final class Load: @unchecked Sendable {
  enum Kind: String, Sendable {
    /// A new connection for every request.
    case fresh
    /// One connection. A request that is lost on a used one is sent again, once, on a new one (RFC 9110
    /// §9.2.2).
    case keepAlive
    /// One connection, and nothing is sent again.
    case keepAliveOnce
    /// As `fresh`, with requests that take a second.
    case slow
    /// As `fresh`, but the request follows a while after the connection.
    case late
  }

  private let port: UInt16
  private let host: String
  private let clients: [Kind]
  private let condition = NSCondition()
  private var answers: [Int]
  private var losses: [String: Int] = [:]
  private var retired: Set<String> = []
  private var seen: Set<String> = []
  private var isOver = false
  private var running: Int

  static let mixed: [Kind] = [.fresh, .fresh, .keepAlive, .keepAlive, .slow]

  init(port: UInt16, host: String, _ clients: [Kind]) {
    self.port = port
    self.host = host
    self.clients = clients
    answers = clients.map { _ in 0 }
    running = clients.count
    for (index, kind) in clients.enumerated() { Thread { [self] in run(index, kind) }.start() }
  }

  /// Waits until every client has received some more answers.
  func goesOn() throws {
    let goal = sync { zip(clients, answers).map { [.slow, .late].contains($0) ? $1 + 1 : $1 + 50 } }
    try condition.await("more answers: \(answers) of \(goal)") {  // under its lock
      zip(answers, goal).allSatisfy { $0 >= $1 } ? true : nil
    }
  }

  /// Requires that requests from now on are not answered with this greeting.
  func retire(_ greeting: String) { sync { _ = retired.insert(greeting) } }

  /// The greetings of all answers so far.
  var greetings: Set<String> { sync { seen } }

  /// Stops the clients after their current request.
  func stop() { sync { isOver = true } }

  /// Ends the load. Returns the numbers of requests that were lost or answered by retired code, by client and
  /// kind of loss.
  func end() throws -> [String: Int] {
    stop()
    return try condition.await("the clients' ends") { running == 0 ? losses : nil }
  }

  /// Returns whether the losses are at most one request of each client. A process that dies loses the
  /// requests that it had accepted.
  static func isOneEach(_ losses: [String: Int], of clients: Int) -> Bool {
    losses.keys.allSatisfy { !$0.hasSuffix(": refused") } && losses.values.reduce(0, +) <= clients
  }

  private func run(_ index: Int, _ kind: Kind) {
    var connection: Connection?
    while !sync({ isOver }) {
      let stale = sync { retired }
      do {
        let greeting = try Answer(try request(kind, on: &connection)).greeting
        sync {
          seen.insert(greeting)
          answers[index] += 1
          if stale.contains(greeting) { losses["\(kind): answered by '\(greeting)'", default: 0] += 1 }
        }
      } catch {
        connection = nil
        sync { losses["\(kind): \(error)", default: 0] += 1 }
      }
      usleep(500)  // the builds need the processor too
    }
    sync { running -= 1 }
  }

  private func request(_ kind: Kind, on connection: inout Connection?) throws -> String {
    guard kind == .keepAlive || kind == .keepAliveOnce else {
      let connection = try Connection(port: port, host: host)
      if kind == .late { usleep(200_000) }
      return try connection.get(kind == .slow ? "/slow" : "/")
    }
    if kind == .keepAliveOnce, let used = connection { return try used.get() }
    if let used = connection, used.isReused {
      do { return try used.get() } catch Connection.Failure.reset, Connection.Failure.closed {}
    }
    let new = try Connection(port: port, host: host)
    connection = new
    return try new.get()
  }

  private func sync<Result>(_ body: () -> Result) -> Result {
    condition.lock()
    defer {
      condition.broadcast()
      condition.unlock()
    }
    return body()
  }
}
