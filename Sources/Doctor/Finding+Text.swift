internal import FoundationEssentials
package import Reporting

extension Style {
  /// Returns the line of a finding: its severity, its check, the observation and the next step.
  package func line(_ finding: Finding) -> String {
    let severity = padded(finding.severity.rawValue, to: 9)
    let colored =
      switch finding.severity {
      case .ok: green(severity)
      case .warning: yellow(severity)
      case .problem: red(severity)
      }
    let advice = finding.advice.map { "; \($0)" } ?? ""
    return colored + bold(padded(finding.check.rawValue, to: 13)) + singleLine(finding.text + advice)
  }

  private func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  /// Returns a text in which line breaks, such as those of a compiler's output, are replaced.
  private func singleLine(_ text: String) -> String {
    text.split(separator: "\n").joined(separator: " | ")
  }
}

extension [Finding] {
  /// The findings as a JSON array of objects.
  package var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: (try? encoder.encode(self)) ?? Data(), as: UTF8.self) + "\n"
  }
}
