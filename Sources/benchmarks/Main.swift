import Foundation

/// `swift run -c release benchmarks …`: figures that the README gives, measured.
@main
enum Main {
  static func main() throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    switch arguments.first {
    case "swaps": try runSwaps(Array(arguments.dropFirst()))
    case "throughput": try runThroughput(Array(arguments.dropFirst()))
    case "servers": try runServers(Array(arguments.dropFirst()))
    case "save-to-live": try runSaveToLive(Array(arguments.dropFirst()))
    case "generate": try runGenerate(Array(arguments.dropFirst()))
    case "watching": try runWatching(Array(arguments.dropFirst()))
    default:
      print(
        """
        usage: benchmarks swaps SERVER [--swaps 200] [--requests 100000] [--port N]
               benchmarks servers [--swaps 30] [--only NAME]
               benchmarks throughput SERVER [--rounds 40]
               benchmarks save-to-live PACKAGE FILE [--rounds 4] [--saves 5] [--port 8127]
               benchmarks generate DIRECTORY
               benchmarks watching [--times 10] [--only races | speed | cost]
        """)
      exit(arguments.isEmpty ? 0 : 64)
    }
  }
}
