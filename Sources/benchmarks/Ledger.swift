import Foundation
import Synchronization

/// What became of every request, and which generation was allowed to answer when.
final class Ledger: Sendable {
  struct Column: Sendable {
    var answered = 0
    var lost: [Connection.Failure: Int] = [:]
    /// Answered by a generation that was not to answer any more.
    var stale = 0
    /// Seconds, of requests while the load runs without swaps, and with them.
    var quietLatencies: [Double] = []
    var swapLatencies: [Double] = []
  }

  struct State: Sendable {
    var columns: [ClientKind: Column] = [:]
    var generations: [Int32: Int] = [:]
    var releases: [(at: ContinuousClock.Instant, generation: Int)] = []
    var retries = 0
    var clientsEnded = 0
    /// The clients wait, without connections, or are asked to.
    var isPaused = false
    var clientsPaused = 0
    var isOver = false
    /// Of the server's listener, whenever it was looked at.
    var listenerInodes: Set<String> = []
  }

  private let state = Mutex(State())

  var snapshot: State { state.withLock { $0 } }
  var isOver: Bool { state.withLock { $0.isOver } }
  var isPaused: Bool { state.withLock { $0.isPaused } }
  var total: Int { state.withLock { $0.columns.values.reduce(0) { $0 + $1.answered } } }

  func end() { state.withLock { $0.isOver = true } }
  func clientEnded() { state.withLock { $0.clientsEnded += 1 } }
  func pause() { state.withLock { $0.isPaused = true } }
  func resume() { state.withLock { $0.isPaused = false } }
  func clientPaused() { state.withLock { $0.clientsPaused += 1 } }
  func clientResumed() { state.withLock { $0.clientsPaused -= 1 } }
  func saw(_ inodes: Set<String>) { state.withLock { $0.listenerInodes.formUnion(inodes) } }
  func retried() { state.withLock { $0.retries += 1 } }

  /// A process belongs to this generation.
  func introduce(_ pid: Int32, generation: Int) { state.withLock { $0.generations[pid] = generation } }

  /// From now on only this generation may answer what is sent.
  func released(_ generation: Int) {
    state.withLock { $0.releases.append((.now, generation)) }
  }

  func lost(_ kind: ClientKind, _ failure: Connection.Failure) {
    state.withLock { $0.columns[kind, default: Column()].lost[failure, default: 0] += 1 }
  }

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
      // Who is not known yet is of the newest generation: it answers before its release is reported, and its workers
      // are introduced before the next one's.
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
