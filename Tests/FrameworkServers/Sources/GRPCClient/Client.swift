import GRPCCore
import GRPCNIOTransportHTTP2Posix
import GenerationService
import Glibc

/// Closed loops of calls, one for each argument, until its input ends: `GRPCClient fresh keepAlive slow`. Prints a line for
/// each call: the argument, when it began and how long it took in nanoseconds of CLOCK_BOOTTIME, `answered` or `lost`, and
/// the answer or the reason.
@main
enum Client {
  static func main() async throws {
    let port = getenv("PORT").flatMap { Int(String(cString: $0)) } ?? 8080
    let end = InputEnd()
    try await withThrowingTaskGroup(of: Void.self) { loops in
      for argument in CommandLine.arguments.dropFirst() {
        guard let kind = Kind(rawValue: argument) else { fatalError("no kind of client: \(argument)") }
        loops.addTask { try await Loop(kind: kind, port: port).run(until: end) }
      }
      try await loops.waitForAll()
    }
  }
}

enum Kind: String {
  /// A connection for each call.
  case fresh
  case slow
  /// One channel for all calls; the first two try again what was UNAVAILABLE, once.
  case keepAlive
  case thinking
  case keepAliveOnce
  case thinkingOnce
  case slowKept

  var method: MethodDescriptor {
    self == .slow || self == .slowKept ? GenerationService.slow : GenerationService.generation
  }
  var keepsItsChannel: Bool { self != .fresh && self != .slow }
  var thinks: Bool { self == .thinking || self == .thinkingOnce }
  var retries: Bool { self == .keepAlive || self == .thinking }
}
