/// The lines that an editor needs to know, as regular expressions of JavaScript. A test compares them with the texts of all
/// reports.
package enum ProblemMatcher {
  /// A line that begins a build cycle.
  package static let begins = #"^\[hotreload\] (?:building |.+ (?:changed|deleted)$)"#

  /// A line that ends a build cycle: new code is live, or the old code stays.
  package static let ends =
    #"^\[hotreload\] (?:.+: )?(?:build failed after |built in .*: the (?:program is|programs are) the same"#
    + #"|generation \d+ (?:started$|listens on |is live after |stays live)|.*; generation \d+ (?:stays live|is live again)"#
    + #"|.*; save a file to |.*; restarting |applied the settings |keeping the previous settings|reloading the )"#

  /// The header of a diagnostic. The groups are the file, the line, the column, the severity and the message.
  package static let diagnostic = #"^(.+?):(\d+):(?:(\d+):)?\s+(?:fatal )?(error|warning|note):\s+(.*)$"#
}
