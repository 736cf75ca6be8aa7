import Foundation
import Reloader

// The results.
extension SwapRun {
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
    if let warm = hygiene.warm, let last = hygiene.last {
      let growth = last.growth(since: warm)
      for line in growth { print("GREW: \(line)") }
      failures += growth.count
      print("| | after swap \(goal.warmSwaps) | after swap \(swaps.count) |\n|---|---|---|")
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
