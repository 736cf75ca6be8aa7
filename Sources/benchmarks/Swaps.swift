import Foundation
import Posix
import Reloader
import Runtime

/// Swaps one program for itself, many times, under load; exits with 1 if a request was lost, refused, or answered by a
/// generation that was not to answer any more.
func runSwaps(_ arguments: [String]) throws {
  guard let server = arguments.first, !server.hasPrefix("--") else {
    throw UsageFailure("name the server's program: benchmarks swaps Tests/HummingbirdServer/.build/debug/App")
  }
  let run = try SwapRun(
    of: MeasuredServer(program: server), swaps: option("--swaps", arguments) ?? 200,
    requests: option("--requests", arguments) ?? 100_000,
    movesConnections: !arguments.contains("--end-connections"))
  try run.run()
  let failures = run.printFigures()
  exit(failures == 0 ? 0 : 1)
}

func option(_ name: String, _ arguments: [String]) -> Int? {
  arguments.firstIndex(of: name).flatMap { arguments.indices.contains($0 + 1) ? Int(arguments[$0 + 1]) : nil }
}

/// One server, and what became of its clients' requests.
final class SwapRun {
  let server: MeasuredServer
  let ledger = Ledger()
  private(set) var swaps: [Swapped] = []
  private(set) var troubles: [Report] = []
  private let wantedSwaps: Int
  private let wantedRequests: Int
  private let port: UInt16 = 8123
  private let loop: EventLoop
  private let builder: LinkingBuilder
  private let quiet: Duration
  private var supervisor: Supervisor?
  private var externalClients: ExternalClients?
  private var clients = 0

  /// `quiet`: how long the same load lasts before the first swap, to compare.
  init(
    of server: MeasuredServer, swaps: Int, requests: Int, movesConnections: Bool,
    quiet: Duration = .seconds(5)
  ) throws {
    self.server = server
    self.quiet = quiet
    wantedSwaps = swaps
    wantedRequests = requests
    setenv("PORT", "\(port)", 1)
    setenv("LOG_LEVEL", "error", 1)
    loop = try EventLoop()
    builder = LinkingBuilder(server, loop: loop)
    var timing = Timing()
    timing.probation = .milliseconds(100)
    timing.movesConnections = movesConnections
    supervisor = try Supervisor(
      project: "benchmark \(CurrentProcess.identifier) \(server.name)", owner: CurrentProcess.identifier,
      launch: Launch(directory: CurrentProcess.directory), timing: timing, loop: loop,
      children: try Children(loop: loop), builder: builder
    ) { [unowned self] in
      take($0)
    } bindFailed: { key, code in
      fatalError("cannot bind \(key): errno \(code)")
    } warn: {
      fatalError($0)
    }
    builder.built = { [unowned self] in supervisor?.handle(.built(.succeeded($0))) }
  }

  func run() throws {
    try supervisor?.run()
    builder.discardAll()
  }

  private func take(_ report: Report) {
    switch report {
    case .serving(let generation, _):
      released(generation)
      startLoad()
      loop.after(quiet) { [unowned self] in swap() }
    case .swapped(let swapped):
      swaps.append(swapped)
      released(swapped.generation)
      loop.after(.milliseconds(300)) { [unowned self] in
        swaps.count < wantedSwaps || ledger.total < wantedRequests ? swap() : finish()
      }
    case .started, .building, .built, .changed, .drained, .leaving: break
    case .drainTimedOut, .killed: note(report)
    default:
      note(report)
      finish()
    }
  }

  private func note(_ report: Report) {
    troubles.append(report)
    print("unexpected: \(report)")
  }

  private func released(_ generation: Int) {
    if let pid = supervisor?.processIdentifier(of: generation) {
      ledger.introduce(pid, generation: generation)
    }
    ledger.released(generation)
    // Not here: with many connections behind us it takes a second, in which hotreload could do nothing else.
    Thread { [port, ledger] in ledger.saw(listenerInodes(port: port)) }.start()
  }

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

  private func swap() { supervisor?.handle(.changed(["swap"])) }

  /// The clients end before the server does, so that nothing they do is lost for that reason.
  private func finish() {
    if !ledger.isOver { externalClients?.end() }
    ledger.end()
    if ledger.snapshot.clientsEnded == clients {
      supervisor?.handle(.interrupted)
    } else {
      loop.after(.milliseconds(50)) { [unowned self] in finish() }
    }
  }

  /// Prints the table; returns how many things went wrong.
  func printFigures() -> Int {
    let state = ledger.snapshot
    var failures = troubles.count
    print("\(swaps.count) swaps, \(ledger.total) requests, \(state.retries) retried on a reused connection")
    print("| client | requests | lost | stale | p50 | p99 | worst | worst without swaps |")
    print("|---|---|---|---|---|---|---|---|")
    for kind in ClientKind.allCases {
      let column = state.columns[kind] ?? Ledger.Column()
      let lost = column.lost.values.reduce(0, +)
      failures += lost + column.stale
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

/// The inodes of the listening sockets on a port (`/proc/net/tcp`): one, and the same, if the listener is handed over.
private func listenerInodes(port: UInt16) -> Set<String> {
  let listening = Data(String(format: ":%04X 00000000:0000 0A", port).utf8)
  let table = (try? FileSystem.read("/proc/net/tcp")).map { Data($0) } ?? Data()
  var inodes: Set<String> = []
  var rest = table[...]
  while let found = rest.range(of: listening) {
    rest = rest[found.upperBound...]
    let columns = rest.prefix { $0 != UInt8(ascii: "\n") }.split(separator: UInt8(ascii: " "))
    if columns.count > 5 { inodes.insert(String(decoding: columns[5], as: UTF8.self)) }
  }
  return inodes
}
