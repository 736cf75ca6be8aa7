import Foundation
import Posix
import Project
import Reloader
import Settings
import Serving
import Session

/// Swaps a program for itself many times under load. Exits with 1 if a request was lost, refused, or answered
/// by a generation that was no longer live.
func runSwaps(_ arguments: Arguments) throws {
  let run = try SwapRun(
    of: MeasuredServer(named: arguments.names[0]), port: arguments.number("--port", upTo: 65_535),
    swaps: arguments.number("--swaps") ?? 200, requests: arguments.number("--requests") ?? 100_000,
    movesConnections: !arguments.contains("--end-connections"), watchesHygiene: true)
  try run.run()
  let failures = run.printFigures()
  exit(failures == 0 ? 0 : 1)
}

/// A server, with the results of its clients' requests.
final class SwapRun {
  let server: MeasuredServer
  let ledger = Ledger()
  /// The completed swaps.
  private(set) var swaps: [Swapped] = []
  /// The number of times that the old generation was stopped before the new one was started.
  private(set) var restarts = 0
  /// The problems so far, and hotreload's notices about the server.
  private(set) var troubles: [String] = []
  private let wantedSwaps: Int
  private let wantedRequests: Int
  /// The number of swaps before the first look at the resources.
  private var warmSwaps: Int { min(100, wantedSwaps / 2) }
  private let port: UInt16
  private let loop: EventLoop
  private let quiet: Duration
  private let watchesHygiene: Bool
  private var service: MeasuredService?
  private var externalClients: ExternalClients?
  /// The number of the live generation.
  private var serving = 0
  /// The number of clients.
  private var clients = 0
  /// The resources after ``warmSwaps``.
  private var warm: Hygiene?
  /// The resources at the end.
  private var last: Hygiene?

  /// Prepares a run.
  ///
  /// - Parameters:
  ///   - server: The server to swap.
  ///   - port: The server's port; `nil` for a free one.
  ///   - swaps: The minimum number of swaps.
  ///   - requests: The minimum number of requests.
  ///   - quiet: The duration of the load before the first swap, for comparison.
  ///   - movesConnections: Whether idle connections are handed to the new generation.
  ///   - watchesHygiene: Whether the resources are compared after ``warmSwaps`` and at the end.
  ///   - limit: The maximum duration of the run.
  init(
    of server: MeasuredServer, port: Int? = nil, swaps: Int, requests: Int, quiet: Duration = .seconds(5),
    movesConnections: Bool = true, watchesHygiene: Bool = false, limit: Duration? = nil
  ) throws {
    self.server = server
    self.port = try port.map { UInt16($0) } ?? freePort()
    self.quiet = quiet
    self.watchesHygiene = watchesHygiene
    wantedSwaps = swaps
    wantedRequests = requests
    setenv("PORT", "\(self.port)", 1)
    setenv("LOG_LEVEL", "error", 1)
    loop = try EventLoop()
    var timing = Timing(Settings())
    timing.probation = .milliseconds(100)
    timing.movesConnections = movesConnections
    service = try MeasuredService(server, timing, loop: loop) { [unowned self] in
      take($0)
    } notice: { [unowned self] notice in
      switch notice {
      case .status: break  // the server prints it too
      default: note("\(notice)")
      }
    }
    if let limit {
      loop.after(limit) { [unowned self] in
        note("the run was stopped after \(limit)")
        finish()
      }
    }
  }

  /// Runs until all swaps and requests are done.
  func run() throws {
    try service?.run()
  }

  /// Handles a report of hotreload.
  private func take(_ report: Report) {
    switch report {
    case .serving(let generation, _): serves(generation)
    case .started(let generation): awaitAnswers(of: generation)
    case .live(let swapped):
      swaps.append(swapped)
      released(swapped.generation)
      loop.after(.milliseconds(300)) { [unowned self] in next() }
    case .building, .built, .drained, .leaving: break
    case .drainTimedOut, .killed: note("\(report)")
    default:
      note("\(report)")
      finish()
    }
  }

  /// Handles a live generation that was started alone: the first one, or the successor of one that was
  /// stopped.
  private func serves(_ generation: Int) {
    if generation == serving { return }
    let isFirst = serving == 0
    released(generation)
    if isFirst {
      startLoad()
      loop.after(quiet) { [unowned self] in swap() }
    } else {
      restarts += 1
      loop.after(.milliseconds(300)) { [unowned self] in next() }
    }
  }

  /// Waits for answers of a generation whose listener hotreload does not see. It may listen all the same.
  private func awaitAnswers(of generation: Int, answers: Int = 0) {
    if serving >= generation || ledger.isOver { return }
    if answers < 10 {
      let connection = try? Connection(port: port)
      connection?.close()
      loop.after(.milliseconds(100)) { [unowned self] in
        awaitAnswers(of: generation, answers: connection == nil ? 0 : answers + 1)
      }
    } else {
      if restarts == 0 { note("generation \(generation) listens, and hotreload does not see it") }
      serves(generation)
    }
  }

  /// Records a problem.
  private func note(_ trouble: String) {
    troubles.append(trouble)
    print("unexpected: \(trouble)")
  }

  /// Records that a generation is live.
  private func released(_ generation: Int) {
    serving = generation
    introduceProcesses()
    ledger.released(generation)
    // This takes a second with many past connections, during which the event loop could do nothing else.
    Thread { [port, ledger] in ledger.saw(listenerInodes(port: port)) }.start()
  }

  /// Records the processes of the live generation, including its workers.
  private func introduceProcesses() {
    guard let pid = service?.processIdentifier(of: serving) else { return }
    for process in ProcessTree(root: pid).processes { ledger.introduce(process, generation: serving) }
  }

  /// Starts the clients.
  private func startLoad() {
    guard let program = server.clientProgram else {
      for kind in server.clients { _ = Client(kind: kind, port: port, ledger: ledger).start() }
      clients = server.clients.count
      return
    }
    do {
      externalClients = try ExternalClients(program: program, kinds: server.clients, ledger: ledger)
      clients = 1
    } catch {
      fatalError("\(error)")
    }
  }

  /// Continues with the next swap, a look at the resources, or the end.
  private func next() {
    let isOver = swaps.count + restarts >= wantedSwaps && ledger.total >= wantedRequests
    guard watchesHygiene, isOver || swaps.count == warmSwaps else { return isOver ? finish() : swap() }
    look { [unowned self] in
      if isOver {
        last = $0
        finish()
      } else {
        warm = $0
        swap()
      }
    }
  }

  /// Looks at the resources while the clients pause. It waits until their connections and the old generations
  /// have ended, for a minute at most.
  private func look(tries: Int = 600, _ then: @escaping (Hygiene) -> Void) {
    guard let swapped = swaps.last, let server = service?.processIdentifier(of: swapped.generation) else {
      return
    }
    ledger.pause()
    let seen = Hygiene(server: server, port: port)
    let isQuiet = ledger.snapshot.clientsPaused == clients && seen.connections == 0 && seen.children == 1
    guard isQuiet || tries == 0 else {
      loop.after(.milliseconds(100)) { [unowned self] in look(tries: tries - 1, then) }
      return
    }
    ledger.resume()
    then(seen)
  }

  /// Starts the next swap.
  private func swap() {
    introduceProcesses()  // all workers have started
    service?.swap()
  }

  /// Ends the clients before the server, so that no request is lost at the end.
  private func finish() {
    let wasOver = ledger.isOver
    ledger.end()
    if !wasOver { externalClients?.end() }
    if ledger.snapshot.clientsEnded == clients {
      service?.interrupt()
    } else {
      loop.after(.milliseconds(50)) { [unowned self] in finish() }
    }
  }

  /// Prints the results. Returns the number of problems.
  func printFigures() -> Int {
    let state = ledger.snapshot
    var failures = troubles.count
    print("\(swaps.count) swaps, \(ledger.total) requests, \(state.retries) retried on a reused connection")
    print("| client | requests | lost | stale | p50 | p99 | worst | worst without swaps |")
    print("|---|---|---|---|---|---|---|---|")
    for kind in ClientKind.allCases where server.clients.contains(kind) {
      let column = state.columns[kind] ?? Ledger.Column()
      let lost = column.lost.values.reduce(0, +)
      failures += lost + column.stale + (column.answered == 0 ? 1 : 0)
      let latencies = column.swapLatencies.sorted()
      print(
        "| \(kind.rawValue) | \(column.answered) | \(lost) \(kinds(column.lost)) | \(column.stale) |",
        "\(milliseconds(latencies, 0.5)) | \(milliseconds(latencies, 0.99)) | \(milliseconds(latencies, 1)) |",
        "\(milliseconds(column.quietLatencies.sorted(), 1)) |")
    }
    let pauses = swaps.map { $0.pause / .seconds(1) }.sorted()
    let readies = swaps.map { $0.ready / .seconds(1) }.sorted()
    let totals = swaps.map { $0.total / .seconds(1) }.sorted()
    print("pause: median \(milliseconds(pauses, 0.5)), worst \(milliseconds(pauses, 1))")
    print("ready after start: median \(milliseconds(readies, 0.5)), worst \(milliseconds(readies, 1))")
    print("start to serving: median \(milliseconds(totals, 0.5)), worst \(milliseconds(totals, 1))")
    print("listener inodes: \(state.listenerInodes.count)")
    if state.listenerInodes.count != 1 { failures += 1 }
    if let warm, let last {
      let growth = last.growth(since: warm)
      for line in growth { print("GREW: \(line)") }
      failures += growth.count
      print("| | after swap \(warmSwaps) | after swap \(swaps.count) |\n|---|---|---|")
      for (before, after) in zip(warm.rows, last.rows) {
        print("| \(before.name) | \(before.value) | \(after.value) |")
      }
    }
    print(failures == 0 ? "nothing was lost" : "FAILED: \(failures)")
    return failures
  }

  private func kinds(_ lost: [Connection.Failure: Int]) -> String {
    lost.isEmpty ? "" : lost.map { "\($0.key): \($0.value)" }.sorted().joined(separator: ", ")
  }

  private func milliseconds(_ sorted: [Double], _ part: Double) -> String {
    guard !sorted.isEmpty else { return "–" }
    let value = sorted[min(sorted.count - 1, Int(Double(sorted.count) * part))] * 1000
    return String(format: value < 10 ? "%.1f ms" : "%.0f ms", value)
  }
}

/// Returns the inodes of the listening sockets on a port (`/proc/net/tcp`). It is always the same one if the
/// listener is handed over.
private func listenerInodes(port: UInt16) -> Set<String> {
  listenerInodes(port: port, peer: "00000000", in: "/proc/net/tcp").union(
    listenerInodes(port: port, peer: String(repeating: "0", count: 32), in: "/proc/net/tcp6"))
}

/// Returns the inodes of the listening sockets in a table of proc(5). `peer` is the peer's address in that
/// table.
private func listenerInodes(port: UInt16, peer: String, in path: String) -> Set<String> {
  let listening = Data("\(String(format: ":%04X", port)) \(peer):0000 0A".utf8)
  let table = (try? FileSystem.read(path)).map { Data($0) } ?? Data()
  var inodes: Set<String> = []
  var rest = table[...]
  while let found = rest.range(of: listening) {
    rest = rest[found.upperBound...]
    let columns = rest.prefix { $0 != UInt8(ascii: "\n") }.split(separator: UInt8(ascii: " "))
    if columns.count > 5 { inodes.insert(String(decoding: columns[5], as: UTF8.self)) }
  }
  return inodes
}
