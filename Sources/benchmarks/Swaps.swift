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
    server: server, swaps: option("--swaps", arguments) ?? 200,
    requests: option("--requests", arguments) ?? 100_000)
  try run.run()
  let failures = run.printFigures()
  exit(failures == 0 ? 0 : 1)
}

func option(_ name: String, _ arguments: [String]) -> Int? {
  arguments.firstIndex(of: name).flatMap { arguments.indices.contains($0 + 1) ? Int(arguments[$0 + 1]) : nil }
}

/// A "build" that gives the program another name.
final class LinkingBuilder: ProgramBuilder {
  private let server: String
  private let directory: String
  private let loop: EventLoop
  private var number = 0
  var built: (Artifact) -> Void = { _ in }

  init(server: String, loop: EventLoop) {
    self.server = FileSystem.realPath(server) ?? server
    self.loop = loop
    directory = String(self.server[..<(self.server.lastIndex(of: "/") ?? self.server.startIndex)])
  }

  func start() {
    number += 1
    let name = "\(directory)/.swap-\(CurrentProcess.identifier)-\(number)"
    loop.after(.zero) { [unowned self] in
      do {
        try FileSystem.link(server, to: name)
        built(Artifact(path: name))
      } catch {
        fatalError("\(error)")
      }
    }
  }

  func program(of artifact: Artifact) -> Program { Program(path: artifact.path, arguments: [server]) }

  func cancel() {}
  func kill() {}
  func discard(_ artifact: Artifact) { FileSystem.remove(artifact.path) }
  func discardAll() {
    for name in FileSystem.names(in: directory) where name.hasPrefix(".swap-\(CurrentProcess.identifier)-") {
      FileSystem.remove("\(directory)/\(name)")
    }
  }
}

final class SwapRun {
  private let wantedSwaps: Int
  private let wantedRequests: Int
  private let port: UInt16 = 8123
  private let loop: EventLoop
  private let builder: LinkingBuilder
  private let ledger = Ledger()
  private var supervisor: Supervisor?
  private var swaps: [Swapped] = []
  private var troubles: [Report] = []
  private var clients = 0
  private var inodes: Set<String> = []
  private var warm: Hygiene?
  private var last: Hygiene?

  init(server: String, swaps: Int, requests: Int) throws {
    wantedSwaps = swaps
    wantedRequests = requests
    setenv("PORT", "\(port)", 1)
    setenv("LOG_LEVEL", "error", 1)
    loop = try EventLoop()
    builder = LinkingBuilder(server: server, loop: loop)
    var timing = Timing()
    timing.probation = .milliseconds(100)
    supervisor = try Supervisor(
      project: "benchmark \(CurrentProcess.identifier)", owner: CurrentProcess.identifier,
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
      loop.after(.seconds(5)) { [unowned self] in swap() }  // the same load without swaps, to compare
    case .swapped(let swapped):
      swaps.append(swapped)
      released(swapped.generation)
      loop.after(.milliseconds(300)) { [unowned self] in
        if swaps.count == min(100, wantedSwaps / 2) {
          look { [unowned self] in
            warm = $0
            swap()
          }
        } else if swaps.count < wantedSwaps || ledger.total < wantedRequests {
          swap()
        } else {
          look { [unowned self] in
            last = $0
            finish()
          }
        }
      }
    case .started, .building, .built, .changed, .drained, .leaving: break
    default:
      troubles.append(report)
      print("unexpected: \(report)")
    }
  }

  private func released(_ generation: Int) {
    if let pid = supervisor?.processIdentifier(of: generation) {
      ledger.introduce(pid, generation: generation)
    }
    ledger.released(generation)
    inodes.formUnion(listenerInodes(port: port))
  }

  private func startLoad() {
    let kinds: [ClientKind] = [
      .fresh, .fresh, .fresh, .fresh, .keepAlive, .keepAlive, .thinking, .thinking, .slow,
    ]
    for kind in kinds { _ = Client(kind: kind, port: port, ledger: ledger).start() }
    clients = kinds.count
  }

  /// Looks when the generations before the one that serves have ended; after a minute, at what is there all the same.
  private func look(tries: Int = 600, _ then: @escaping (Hygiene) -> Void) {
    guard let swapped = swaps.last, let server = supervisor?.processIdentifier(of: swapped.generation) else {
      return
    }
    let seen = Hygiene(server: server, port: port)
    if seen.children == 1 || tries == 0 { return then(seen) }
    loop.after(.milliseconds(100)) { [unowned self] in look(tries: tries - 1, then) }
  }

  private func swap() { supervisor?.handle(.changed(["swap"])) }

  /// The clients end before the server does, so that nothing they do is lost for that reason.
  private func finish() {
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
    print("listener inodes: \(inodes.count)")
    if inodes.count != 1 { failures += 1 }
    if let warm, let last {
      let growth = last.growth(since: warm)
      for line in growth { print("GREW: \(line)") }
      failures += growth.count
      print("| | after swap \(min(100, wantedSwaps / 2)) | after swap \(swaps.count) |\n|---|---|---|")
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

/// The inodes of the listening sockets on a port (`/proc/net/tcp`): one, and the same, if the listener is handed over.
private func listenerInodes(port: UInt16) -> Set<String> {
  let text = (try? FileSystem.read("/proc/net/tcp")).map { String(decoding: $0, as: UTF8.self) } ?? ""
  let suffix = String(format: ":%04X", port)
  var inodes: Set<String> = []
  for line in text.split(separator: "\n") {
    let columns = line.split(separator: " ")
    if columns.count > 9, columns[1].hasSuffix(suffix), columns[3] == "0A" {
      inodes.insert(String(columns[9]))
    }
  }
  return inodes
}
