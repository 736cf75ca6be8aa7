import FlyingFox
import Foundation

/// An ordinary FlyingFox server: edge-triggered epoll(7) in a loop of its own. It handles no signal: SIGTERM ends it at
/// once.
@main
enum FlyingFoxServer {
  static func main() async throws {
    let port = ProcessInfo.processInfo.environment["PORT"].flatMap(UInt16.init) ?? 8080
    let server = HTTPServer(address: try .inet(ip4: "127.0.0.1", port: port), logger: .disabled)
    await server.appendRoute("GET /") { _ in respond() }
    await server.appendRoute("GET /slow") { _ in
      try await Task.sleep(for: .seconds(1))
      return respond()
    }
    try await server.run()
  }

  static func respond() -> HTTPResponse {
    HTTPResponse(
      statusCode: .ok, body: Data("\(greeting) from \(ProcessInfo.processInfo.processIdentifier)\n".utf8))
  }
}
