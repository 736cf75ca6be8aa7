import Foundation
import Posix
import Project

/// The steps of a developer without a tool: `swift build`, stop the server, start it again.
final class BuildAndRestart {
  private let directory: String
  private let product: String
  private let port: UInt16
  /// A descriptor of `/dev/null`.
  private let null = open("/dev/null", O_RDWR | O_CLOEXEC)
  /// The pid of the server; `nil` if it is not running.
  private var server: CInt?

  init(in directory: String, product: String, port: UInt16) {
    self.directory = directory
    self.product = product
    self.port = port
  }

  deinit { close(null) }

  /// Builds the product. Throws ``UsageFailure``.
  func build() throws {
    let swift = CurrentProcess.find("swift") ?? "swift"
    let words = [swift, "build", "--build-system", "native", "--product", product]
    let status = try command(words).run(input: null, output: null, error: null)
    guard status == .exited(0) else { throw UsageFailure("swift build \(status) in \(directory)") }
  }

  /// Returns the time from a save to the first answer that contains the token, in seconds. The old server is
  /// running until the build has ended. Throws ``UsageFailure``.
  func measure(_ path: String, _ token: String, save: () throws -> Void) throws -> Double {
    try start()
    defer { stop() }
    _ = try answer(at: path, port: port) { _ in true }
    usleep(1_100_000)  // the driver compares times in whole seconds
    let start = ContinuousClock.now
    try save()
    try build()
    stop()
    try self.start()
    _ = try answer(at: path, port: port) { $0.contains(token) }
    return start.duration(to: .now) / .seconds(1)
  }

  private func command(_ words: [String]) -> Command {
    Command(
      path: words[0], arguments: words, environment: CurrentProcess.environment, directory: directory,
      parentDeathSignal: SIGKILL)
  }

  private func start() throws {
    server = try command([".build/debug/" + product]).start(input: null, output: null, error: null)
  }

  private func stop() {
    guard let pid = server else { return }
    server = nil
    kill(pid, SIGTERM)
    var status: Int32 = 0
    while waitpid(pid, &status, 0) == -1, errno == EINTR { continue }
  }
}
