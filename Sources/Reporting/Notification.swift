package import Reloader

/// A short message outside of the terminal: a failure, or that there is none any more.
package struct Notification: Equatable, Sendable {
  /// The first line.
  package let summary: String
  /// The text below it; empty if there is none.
  package let body: String
}

/// The failures of which the user was notified. The reports of failures decide what is one.
package struct NotifiedFailures: Sendable {
  /// The services that do not run the newest code. `nil` stands for the build.
  private var failing: Set<ServiceID?> = []

  /// Creates the state before any failure.
  package init() {}

  /// Returns the notification about the text of a failure, or about its end if `failure` is `nil`; `nil` if there is
  /// nothing new. `service` is `nil` for the build, and `project` is the name of the project.
  package mutating func next(failure: String?, of service: ServiceID?, project: String) -> Notification? {
    if let failure {
      failing.insert(service)
      return Notification(summary: "\(project): \(subject(service)) failed", body: Self.headline(of: failure))
    }
    guard failing.remove(service) != nil, failing.isEmpty else { return nil }
    return Notification(summary: "\(project): \(subject(service)) works again", body: "")
  }

  private func subject(_ service: ServiceID?) -> String { service == nil ? "the build" : "new code" }

  /// Returns the first error of a text, or its last line if it has none.
  static func headline(of text: String) -> String {
    let lines = text.split(separator: "\n").map(String.init)
    return lines.first { $0.contains("error: ") } ?? lines.last ?? ""
  }
}
