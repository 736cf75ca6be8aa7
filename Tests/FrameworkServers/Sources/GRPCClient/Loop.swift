import GRPCCore
import GRPCNIOTransportHTTP2Posix
import GenerationService
import Glibc

/// One call after another.
struct Loop {
  typealias Channel = GRPCCore.GRPCClient<HTTP2ClientTransport.Posix>

  let kind: Kind
  let port: Int

  func run(until end: InputEnd) async throws {
    if kind.keepsItsChannel {
      try await withChannel { channel in
        while !end.isReached { await call(channel) }
      }
    } else {
      while !end.isReached {
        let began = now()
        do {
          let answer = try await withChannel { try await request($0) }
          report(began, "answered", answer)
        } catch {
          await lost(began, error)
        }
      }
    }
  }

  private func call(_ channel: Channel) async {
    let began = now()
    do {
      report(began, "answered", try await request(channel))
    } catch {
      await lost(began, error)
    }
    if kind.thinks { try? await Task.sleep(for: .milliseconds(.random(in: 0...50))) }
  }

  /// Not by a `RetryPolicy`, which does not apply to what finds no connection.
  private func request(_ channel: Channel) async throws -> String {
    do {
      return try await requestOnce(channel)
    } catch let error as RPCError where error.code == .unavailable && kind.retries {
      try await Task.sleep(for: .milliseconds(5))
      return try await requestOnce(channel)
    }
  }

  private func requestOnce(_ channel: Channel) async throws -> String {
    try await channel.unary(
      request: ClientRequest(message: ""), descriptor: kind.method, serializer: TextCoding(),
      deserializer: TextCoding(), options: .defaults
    ) { try $0.message }
  }

  private func withChannel<Result: Sendable>(
    _ body: @Sendable (Channel) async throws -> Result
  ) async throws -> Result {
    return try await withGRPCClient(
      transport: try .http2NIOPosix(
        target: .ipv4(address: "127.0.0.1", port: port), transportSecurity: .plaintext)
    ) { try await body($0) }
  }

  private func lost(_ began: Int64, _ error: any Error) async {
    let reason = (error as? RPCError).map { "\($0.code): \($0.message)" } ?? "\(error)"
    report(began, "lost", reason.split(whereSeparator: \.isNewline).joined(separator: " "))
    try? await Task.sleep(for: .milliseconds(5))  // not to spin against a closed port
  }

  private func report(_ began: Int64, _ outcome: String, _ text: String) {
    let line = "\(kind.rawValue) \(began) \(now() - began) \(outcome) \(text)\n"
    write(STDOUT_FILENO, line, line.utf8.count)  // at once, and all of it: it is short (pipe(7))
  }
}

/// Nanoseconds of CLOCK_BOOTTIME, which other processes read too.
private func now() -> Int64 {
  var time = timespec()
  clock_gettime(CLOCK_BOOTTIME, &time)
  return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}
