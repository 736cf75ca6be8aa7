import Foundation

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
