/// The result of one check.
package struct Finding: Equatable, Encodable, Sendable {
  /// The subject of a check. The raw value names it in the output.
  package enum Check: String, CaseIterable, Encodable, Sendable {
    case project, toolchain, build, linker, library, watches, instances, events, directories, ports
    case container, terminal, notification
  }

  /// How bad it is. Only a problem keeps hotreload from working, and changes the exit code.
  package enum Severity: String, Encodable, Sendable {
    case ok, warning, problem
  }

  package let check: Check
  package let severity: Severity
  /// The observation, without a full stop.
  package let text: String
  /// The next step for the user; `nil` if there is none.
  package let advice: String?

  /// Creates a finding about something that works.
  static func ok(_ check: Check, _ text: String, advice: String? = nil) -> Finding {
    Finding(check: check, severity: .ok, text: text, advice: advice)
  }

  /// Creates a finding about something that makes hotreload slower, or may surprise the user.
  static func warning(_ check: Check, _ text: String, advice: String?) -> Finding {
    Finding(check: check, severity: .warning, text: text, advice: advice)
  }

  /// Creates a finding about something that keeps hotreload from working.
  static func problem(_ check: Check, _ text: String, advice: String?) -> Finding {
    Finding(check: check, severity: .problem, text: text, advice: advice)
  }
}
