package import Reporting

/// A build, with the diagnostics of the compiler.
package struct BuildStatus: Codable, Equatable, Sendable {
  /// The state of a build.
  package enum State: String, Codable, Sendable {
    case running, succeeded, failed, superseded
  }

  /// A diagnostic of the compiler about a place in a source, or without a place.
  package struct Diagnostic: Codable, Equatable, Sendable {
    /// The path of the source.
    package var file: String?
    /// The line in the source, from 1.
    package var line: Int?
    /// The column in the source, in bytes from 1.
    package var column: Int?
    /// `error`, `warning` or `note`.
    package var severity: String?
    /// The lines as they are printed.
    package var text: String
  }

  /// The maximum number of diagnostics that are kept.
  private static let limit = 200

  /// The state.
  package var state = State.running
  /// The time in seconds, once it has ended.
  package var seconds: Double?
  /// Whether the fast path has built, once that is known.
  package var isFast: Bool?
  /// The diagnostics of the compiler, in its order, without repetitions.
  package var diagnostics: [Diagnostic] = []

  enum CodingKeys: String, CodingKey {
    case state, seconds, diagnostics
    case isFast = "fast"
  }

  /// Creates a build that has just begun.
  package init() {}

  /// Returns the build after an event; the first argument is `nil` before the first build.
  package static func after(_ record: EventRecord, _ before: BuildStatus?) -> BuildStatus? {
    if record.event == "building" || record.event == "building-clean" { return BuildStatus() }
    var build = before
    build?.take(record)
    return build
  }

  private mutating func take(_ record: EventRecord) {
    switch record.event {
    case "diagnostic" where state == .running:
      let found = Diagnostic(
        file: record.file, line: record.line, column: record.column, severity: record.severity,
        text: record.text ?? "")
      if diagnostics.count < Self.limit, !diagnostics.contains(found) { diagnostics.append(found) }
    case "built", "same-program": end(.succeeded, record)
    case "build-failed": end(.failed, record)
    case "build-superseded": state = .superseded
    default: break
    }
  }

  private mutating func end(_ state: State, _ record: EventRecord) {
    (self.state, seconds, isFast) = (state, record.seconds, record.fast)
  }
}
