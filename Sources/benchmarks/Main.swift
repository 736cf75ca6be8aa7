import Foundation

/// The entry point of `swift run -c release benchmarks …`, which measures the figures in the README.
@main
enum Main {
  private static let benchmarks: [(usage: String, run: @Sendable (Arguments) throws -> Void)] = [
    ("swaps SERVER [--swaps 200] [--requests 100000] [--port N] [--end-connections]", runSwaps),
    ("servers [--swaps 30] [--only NAME] [--end-connections]", runServers),
    ("throughput SERVER [--rounds 40]", runThroughput),
    ("save-to-live PACKAGE FILE [--rounds 4] [--saves 5] [--port 8127]", runSaveToLive),
    ("edits DIRECTORY [--files 120] [--rounds 7] [--only KIND] [--others] [--port 8127]", runEdits),
    ("generate DIRECTORY [--modules 5]", runGenerate),
    ("watching [--times 10] [--only races | speed | cost]", runWatching),
  ]

  static func main() {
    let words = CommandLine.arguments.dropFirst()
    guard
      let benchmark = benchmarks.first(where: { $0.usage.split(separator: " ").first == words.first?[...] })
    else {
      print("usage: " + benchmarks.map { "benchmarks \($0.usage)" }.joined(separator: "\n       "))
      exit(words.isEmpty ? 0 : 64)
    }
    do {
      try benchmark.run(Arguments(words.dropFirst(), usage: benchmark.usage))
    } catch {
      FileHandle.standardError.write(Data("error: \(error)\n".utf8))
      exit(1)
    }
  }
}
