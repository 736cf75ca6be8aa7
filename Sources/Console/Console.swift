package import Reloader

/// Everything that hotreload prints while it runs: lines for people on its standard error. The server's own output never
/// passes through here.
package final class Console {
  /// Whether and how it is coloured.
  package var style: Style
  private let isTerminal: Bool
  package var isVerbose: Bool
  private let write: (String) -> Void
  private var hasStepLine = false

  /// Writes with `write`, on a terminal also lines that are replaced by the next.
  package init(style: Style, isTerminal: Bool, isVerbose: Bool = false, write: @escaping (String) -> Void) {
    self.style = style
    self.isTerminal = isTerminal
    self.isVerbose = isVerbose
    self.write = write
  }

  /// Tells what has happened to the server of this product; `isFast`: the last build went by the fast path; `prefix`
  /// says which server, where there are several.
  package func report(
    _ report: Report, product: String, isInteractive: Bool, isFast: Bool = false, prefix: String = ""
  ) {
    if let text = style.text(report, product: product, isInteractive: isInteractive, isFast: isFast) {
      line(prefix + text)
    }
  }

  /// Tells that a build for several services failed, and which of their generations go on serving.
  package func buildFailed(after duration: Duration, serving: [(service: String, generation: Int)]) {
    line(style.buildFailed(after: duration, serving: serving))
  }

  /// Tells that a build for several services left all their programs as they were.
  package func sameProgram(after duration: Duration, isFast: Bool) {
    line(style.sameProgram(after: duration, isFast: isFast, "the programs are the same"))
  }

  /// A line of ours for those who asked for more.
  package func detail(_ text: String) {
    if isVerbose { line(style.dim(text)) }
  }

  /// Tells which files were saved; some of them may have been `deleted`.
  package func saved(_ paths: [String], deleted: Set<String>) { line(style.saved(paths, deleted: deleted)) }

  /// Tells, those who asked for more, which files were saved with the content that they had.
  package func unchanged(_ paths: [String]) { detail(style.unchanged(paths)) }

  /// Tells which files have changed during each of so many builds, and wait until they have not for this time.
  package func held(_ paths: [String], builds: Int, _ quiet: Duration) {
    warning(style.held(paths, builds: builds, quiet))
  }

  /// Tells which files the build or the server writes itself, and what to do about it.
  package func looping(_ paths: [String]) { warning(style.looping(paths)) }

  /// Files that a server writes.
  package func ofServers(_ paths: [String]) { line(style.ofServers(paths)) }

  /// A line of ours.
  package func line(_ text: String) { print(style.dim("[hotreload]") + " " + text) }

  /// What is wrong, in SwiftPM's form, which editors recognise.
  package func error(_ text: String) { print(style.red("error: ") + text) }

  /// What may be wrong.
  package func warning(_ text: String) { print(style.magenta("warning: ") + text) }

  /// A diagnostic of the compiler.
  package func diagnostic(_ lines: [String]) { print(style.diagnostic(lines)) }

  /// A line of a command that the user has had us run.
  package func passThrough(_ text: String) { print(text) }

  /// Empties the terminal, if it is one.
  package func clear() { if isTerminal { write("\u{1B}[H\u{1B}[2J") } }

  /// The step that a long first build is at, on a line that the next one replaces. Only for a terminal on which nobody
  /// else writes.
  package func step(_ text: String) {
    guard isTerminal else { return }
    write("\r\u{1B}[2K" + style.dim(String(text.prefix(78))))
    hasStepLine = true
  }

  private func print(_ text: String) {
    write((hasStepLine ? "\r\u{1B}[2K" : "") + text + "\n")
    hasStepLine = false
  }
}
