import Foundation
import Hummingbird

/// An ordinary Hummingbird server that does not know hotreload.
@main
struct App {
  static func main() async throws {
    let router = Router()
    router.get("/") { _, _ in "\(greeting) from \(ProcessInfo.processInfo.processIdentifier)\n" }
    router.get("/slow") { _, _ in
      try await Task.sleep(for: .seconds(1))
      return "slow \(greeting) from \(ProcessInfo.processInfo.processIdentifier)\n"
    }
    let port = ProcessInfo.processInfo.environment["PORT"].flatMap(Int.init) ?? 8080
    let app = Application(
      router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)))
    try await app.runService()
  }
}
