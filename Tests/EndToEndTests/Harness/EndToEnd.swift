import Glibc
import Testing

/// The built program, on real packages and processes.
@Suite("hotreload, end to end", .inLanes)
enum EndToEnd {}

/// What makes the program of a test.
enum Builder {
  /// `swift build`.
  case swiftPM
  /// The C compiler alone. It takes a fraction of the time, for tests that are about servers and not about builds.
  case compiler

  var options: [String] {
    switch self {
    case .swiftPM: []
    case .compiler:
      [
        "--build-command", "cc -pthread -o app.new Sources/App/*.c && mv app.new app",
        "--run-command", "exec ./app", "--include", "Sources",
      ]
    }
  }
}

/// Runs a test on a server that the C compiler makes (``Builder/compiler``).
func withServer(fixture: String = "EpollServer", _ body: (TemporaryPackage) throws -> Void) throws {
  try withPackage(fixture: fixture, builtBy: .compiler, body)
}

/// Runs a test on a package of its own. Afterwards everything that it has left running is ended with Ctrl-C,
/// and nothing may remain.
func withPackage(
  fixture: String = "EpollServer", builtBy builder: Builder = .swiftPM,
  _ body: (TemporaryPackage) throws -> Void
) throws {
  let package = try TemporaryPackage(fixture: fixture, builtBy: builder)
  defer { package.remove() }
  do {
    try body(package)
    for running in package.started {
      try running.process.signal(SIGINT)
      switch try running.process.awaitEnd() {
      case .killed(SIGINT): #expect(package.keptPrograms == [])
      case .exited, .killed(SIGTERM), .killed(SIGHUP), .killed(SIGKILL): break  // by the test
      case .killed(let signal): Issue.record("hotreload was killed by signal \(signal)")
      }
    }
    try package.awaitNothingLeft()
  } catch {
    for running in package.started { Issue.record("what was printed:\n\(running.transcript)") }
    throw error
  }
  for running in package.started { Attachment.record(running.transcript, named: "transcript.txt") }
}
