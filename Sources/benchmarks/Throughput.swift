import Foundation
import Posix
import Project
import Reloader
import Serving
import Session
import Synchronization

/// Measures the cost of following a server's connections. The same program runs alone, alone once more (which
/// shows the precision), and under hotreload. wrk(1) loads them in turns. The table has the medians, and
/// those of the ratios within a turn.
func runThroughput(_ arguments: Arguments) throws {
  guard let wrk = CurrentProcess.find("wrk") else {
    throw UsageFailure("wrk is not installed: apt install wrk")
  }
  try ThroughputRun(
    of: MeasuredServer(named: arguments.names[0]), wrk: wrk, rounds: arguments.number("--rounds") ?? 40
  )
  .run()
}

/// The measurements of one server.
final class ThroughputRun: @unchecked Sendable {
  /// A load of one second.
  private struct Turn {
    /// The number of answers per second.
    let rate: Double
    /// The server's CPU time per answer, in seconds.
    let cpu: Double
  }

  /// One of the processes that are compared.
  private struct Contender {
    let name: String
    let pid: CInt
    let port: UInt16
    var turns: [Turn] = []
  }

  private let wrk: String
  private let rounds: Int
  private let program: String
  private let port: UInt16
  private let loop: EventLoop
  private var service: MeasuredService?
  /// Whether all turns are over.
  private let isMeasured = Atomic(false)

  init(of server: MeasuredServer, wrk: String, rounds: Int) throws {
    self.wrk = wrk
    self.rounds = rounds
    program = server.program
    port = try freePort()
    setenv("LOG_LEVEL", "error", 1)
    setenv("PORT", "\(port)", 1)
    loop = try EventLoop()
    service = try MeasuredService(server, loop: loop) { [unowned self] report in
      switch report {
      case .serving: service?.swap()  // a generation that starts held is measured
      case .live(let swapped):
        loop.after(.seconds(2)) { [unowned self] in measure(generation: swapped.generation) }
      default: break
      }
    } notice: {
      fatalError("\($0)")
    }
  }

  /// Runs all turns.
  func run() throws {
    try service?.run()
  }

  /// Measures on another thread, while the event loop continues.
  private func measure(generation: Int) {
    guard let followed = service?.processIdentifier(of: generation) else { return }
    Thread { [self] in
      do { try print(measure(followed)) } catch { print("\(error)") }
      isMeasured.store(true, ordering: .releasing)
    }.start()
    finish()
  }

  /// Stops hotreload when all turns are over.
  private func finish() {
    loop.after(.milliseconds(50)) { [unowned self] in
      isMeasured.load(ordering: .acquiring) ? service?.interrupt() : finish()
    }
  }

  /// Measures all turns. Returns the table.
  private func measure(_ followed: CInt) throws -> String {
    var contenders = [
      try alone("alone"), try alone("alone once more"),
      Contender(name: "under hotreload", pid: followed, port: port),
    ]
    defer { for contender in contenders.dropLast() { kill(contender.pid, SIGKILL) } }
    sleep(2)
    for round in 0...rounds {
      for place in contenders.indices {  // the order changes, so that slow drifts affect all alike
        let index = (round + place) % contenders.count
        let turn = try turn(contenders[index])
        if round > 0 { contenders[index].turns.append(turn) }  // the first warms up
      }
    }
    return
      ([
        "| server | answers/s | ratio (quartiles) | CPU per answer | ratio (quartiles) |",
        "|---|---|---|---|---|",
      ]
      + contenders.map { row($0, reference: contenders[0]) }).joined(separator: "\n")
  }

  /// Starts the program without hotreload.
  private func alone(_ name: String) throws -> Contender {
    let port = try freePort()
    let null = open("/dev/null", O_RDWR | O_CLOEXEC)
    defer { close(null) }
    let pid = try Command(
      path: program, arguments: [program],
      environment: CurrentProcess.environment.filter { !$0.hasPrefix("PORT=") } + ["PORT=\(port)"],
      directory: CurrentProcess.directory, parentDeathSignal: SIGKILL
    ).start(input: null, output: null, error: STDERR_FILENO)
    return Contender(name: name, pid: pid, port: port)
  }

  /// Measures one turn of a process. Throws ``UsageFailure`` if wrk reports errors.
  private func turn(_ server: Contender) throws -> Turn {
    let before = ProcessTree(root: server.pid).cpu
    let process = Process()
    process.executableURL = URL(filePath: wrk)
    process.arguments = ["-t1", "-c32", "-d1s", "http://127.0.0.1:\(server.port)/"]
    let pipe = Foundation.Pipe()
    process.standardOutput = pipe
    try process.run()
    let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard let rate = text.firstMatch(of: /Requests\/sec: +([0-9.]+)/).flatMap({ Double($0.1) }),
      let count = text.firstMatch(of: /([0-9]+) requests in/).flatMap({ Double($0.1) }),
      !text.contains("Socket errors"), !text.contains("Non-2xx")
    else { throw UsageFailure("\(server.name): wrk says: \(text)") }
    return Turn(rate: rate, cpu: (ProcessTree(root: server.pid).cpu - before) / count)
  }

  /// Returns the row of a process.
  private func row(_ server: Contender, reference: Contender) -> String {
    let pairs = Array(zip(server.turns, reference.turns))
    let (rates, cpu) = (pairs.map { $0.rate / $1.rate }, pairs.map { $0.cpu / $1.cpu })
    let time = String(format: "%.1f µs", median(server.turns.map(\.cpu)) * 1e6)
    return
      "| \(server.name) | \(Int(median(server.turns.map(\.rate)))) | \(quartiles(rates)) | \(time) | \(quartiles(cpu)) |"
  }

  /// Returns the median and the quartiles.
  private func quartiles(_ values: [Double]) -> String {
    let sorted = values.sorted()
    return String(
      format: "%.2f (%.2f to %.2f)", median(sorted), sorted[sorted.count / 4], sorted[sorted.count * 3 / 4])
  }
}
