import Foundation
import Synchronization

/// The results of all requests, and the times at which each generation became live.
final class Ledger: Sendable {
  /// The results of one kind of client.
  struct Column: Sendable {
    var answered = 0
    /// The number of requests without an answer, by reason.
    var lost: [Connection.Failure: Int] = [:]
    /// The number of answers by a generation that was no longer live.
    var stale = 0
    /// The latencies without swaps, in seconds.
    var quietLatencies: [Double] = []
    /// The latencies while swaps happen, in seconds.
    var swapLatencies: [Double] = []
  }

  /// All results, and the state of the clients.
  struct State: Sendable {
    var columns: [ClientKind: Column] = [:]
    /// The generation of each process.
    var generations: [Int32: Int] = [:]
    /// The time at which each generation was released.
    var releases: [(at: ContinuousClock.Instant, generation: Int)] = []
    /// The number of requests that were sent again.
    var retries = 0
    var clientsEnded = 0
    /// Whether the clients wait without connections, or are asked to.
    var isPaused = false
    /// The number of clients that wait.
    var clientsPaused = 0
    /// Whether the clients are to end.
    var isOver = false
    /// The inodes of the server's listener that were seen.
    var listenerInodes: Set<String> = []
  }

  private let state = Mutex(State())

  var snapshot: State { state.withLock { $0 } }
  var isOver: Bool { state.withLock { $0.isOver } }
  var isPaused: Bool { state.withLock { $0.isPaused } }
  /// The number of answers.
  var total: Int { state.withLock { $0.columns.values.reduce(0) { $0 + $1.answered } } }

  func end() { state.withLock { $0.isOver = true } }
  func clientEnded() { state.withLock { $0.clientsEnded += 1 } }
  func pause() { state.withLock { $0.isPaused = true } }
  func resume() { state.withLock { $0.isPaused = false } }
  func clientPaused() { state.withLock { $0.clientsPaused += 1 } }
  func clientResumed() { state.withLock { $0.clientsPaused -= 1 } }
  func saw(_ inodes: Set<String>) { state.withLock { $0.listenerInodes.formUnion(inodes) } }
  func retried() { state.withLock { $0.retries += 1 } }

  /// Records that a process belongs to a generation.
  func introduce(_ pid: Int32, generation: Int) { state.withLock { $0.generations[pid] = generation } }

  /// Records that from now on only this generation may answer.
  func released(_ generation: Int) {
    state.withLock { $0.releases.append((.now, generation)) }
  }

  /// Records a request that was not answered.
  func lost(_ kind: ClientKind, _ failure: Connection.Failure) {
    state.withLock { $0.columns[kind, default: Column()].lost[failure, default: 0] += 1 }
  }

  /// Records an answer. The last word of `body` is the pid of the answering process.
  func answered(
    _ kind: ClientKind, sent: ContinuousClock.Instant, began: ContinuousClock.Instant,
    ended: ContinuousClock.Instant = .now, body: String
  ) {
    let seconds = began.duration(to: ended) / .seconds(1)
    let pid = body.split(whereSeparator: \.isWhitespace).last.flatMap { Int32($0) } ?? 0
    state.withLock { state in
      var column = state.columns[kind] ?? Column()
      column.answered += 1
      let current = state.releases.last { $0.at < sent }?.generation ?? 0
      // An unknown process belongs to the newest generation. It answers before its release is reported, and
      // its workers are recorded before the release of the next generation.
      if let answering = state.generations[pid], answering < current { column.stale += 1 }
      if state.releases.count > 1 {
        column.swapLatencies.append(seconds)
      } else {
        column.quietLatencies.append(seconds)
      }
      state.columns[kind] = column
    }
  }
}
