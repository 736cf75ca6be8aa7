package import Reloader

/// Everything that hotreload tells while it runs: lines for people on its standard error, and records for programs. The
/// server's own output never passes through here.
package final class Console {
  /// Whether and how it is coloured.
  package var style: Style
  private let isTerminal: Bool
  package var isVerbose: Bool
  /// Gets what programs are told.
  package var recorded: ((EventRecord) -> Void)?
  private let write: (String) -> Void
  private var hasStepLine = false

  /// What a line is for those who read it.
  private enum Kind: String {
    case info
    /// For those who asked for more.
    case detail
    case warning, error
  }

  /// Writes with `write`, on a terminal also lines that are replaced by the next.
  package init(style: Style, isTerminal: Bool, isVerbose: Bool = false, write: @escaping (String) -> Void) {
    self.style = style
    self.isTerminal = isTerminal
    self.isVerbose = isVerbose
    self.write = write
  }

  /// Tells what has happened to the server of this product; `way`: how the last build was made; `service` says which
  /// server, where there are several.
  package func report(
    _ report: Report, product: String, isInteractive: Bool, way: BuildWay, service: String? = nil
  ) {
    var record = EventRecord(report, way)
    if !report.isOfBuild { record.service = service }
    let prefix = report.isOfBuild ? "" : service.map { "\($0): " } ?? ""
    tell(record) { style in
      style.text(report, product: product, isInteractive: isInteractive, isFast: way.isFast).map {
        prefix + $0
      }
    }
  }

  /// Tells that a build for several services failed, and which of their generations go on serving.
  package func buildFailed(
    after duration: Duration, way: BuildWay, serving: [(service: String, generation: Int)]
  ) {
    tell(EventRecord(.buildFailed(duration, serving: nil), way)) {
      $0.buildFailed(after: duration, isFast: way.isFast, serving: serving)
    }
  }

  /// Tells that a build for several services left all their programs as they were.
  package func sameProgram(after duration: Duration, way: BuildWay) {
    tell(EventRecord(.unchanged(duration), way)) {
      $0.sameProgram(after: duration, isFast: way.isFast, "the programs are the same")
    }
  }

  /// Tells what the fast path did, and how long that took; `product`: for which of several, as below.
  package func fastBuild(of product: String?, _ build: FastBuildSummary) {
    tell(EventRecord(build, product: product), as: .detail) { _ in build.text }
  }

  /// Tells why `swift build` is used for a save.
  package func fastBuildDeclined(of product: String?, _ reason: String) {
    tell(EventRecord("fast-build-declined", product: product, reason: reason), as: .detail) { _ in
      "swift build is used: \(reason)"
    }
  }

  /// Tells whether the next saves can be built by the fast path, or why not.
  package func fastBuildsPrepared(of product: String? = nil, obstacle: String?) {
    let name = product.map { " of \($0)" } ?? ""
    let event = obstacle == nil ? "fast-builds-prepared" : "no-fast-builds"
    tell(EventRecord(event, product: product, reason: obstacle), as: .detail) { _ in
      obstacle.map { "no fast builds\(name): \($0)" } ?? "fast builds\(name) are prepared"
    }
  }

  /// Tells programs which files have changed, before it is known what else belongs to the save.
  package func seen(_ paths: [String]) { recorded?(EventRecord("seen", files: paths)) }

  /// Tells which files were saved; some of them may have been `deleted`.
  package func saved(_ paths: [String], deleted: Set<String>) {
    var record = EventRecord("changed", files: paths)
    if !deleted.isEmpty { record.deleted = deleted.sorted() }
    tell(record) { $0.saved(paths, deleted: deleted) }
  }

  /// Tells, those who asked for more, which files were saved with the content that they had.
  package func unchanged(_ paths: [String]) {
    tell(EventRecord("unchanged", files: paths), as: .detail) { $0.unchanged(paths) }
  }

  /// Tells, those who asked for more, which files change with every round, and how long the next round for them waits.
  package func held(_ paths: [String], for wait: Duration) {
    tell(EventRecord("held", files: paths), as: .detail) { $0.held(paths, for: wait) }
  }

  /// Tells which files go on doing so and are left alone, or built later if it `stops` nothing, and patterns that exclude them.
  package func looping(_ paths: [String], stops: Bool, exclusions: [String]) {
    tell(EventRecord("looping", files: paths), as: .warning) {
      $0.looping(paths, stops: stops, exclusions: exclusions)
    }
  }

  /// Tells which files only builds write.
  package func ofBuilds(_ paths: [String]) {
    tell(EventRecord("changed-by-build", files: paths)) { $0.ofBuilds(paths) }
  }

  /// Tells which files a server has changed itself.
  package func ofServers(_ paths: [String]) {
    tell(EventRecord("changed-by-server", files: paths)) { $0.ofServers(paths) }
  }

  /// A diagnostic of the compiler.
  package func diagnostic(_ lines: [String]) {
    recorded?(EventRecord(diagnostic: lines))
    print(style.diagnostic(lines))
  }

  /// A line of ours.
  package func line(_ text: String) { message(.info, text) }

  /// A line of ours for those who asked for more.
  package func detail(_ text: String) { message(.detail, text) }

  /// What is wrong, in SwiftPM's form, which editors recognise.
  package func error(_ text: String) { message(.error, text) }

  /// What may be wrong.
  package func warning(_ text: String) { message(.warning, text) }

  private func message(_ kind: Kind, _ text: String) {
    recorded?(EventRecord(message: text, severity: kind.rawValue))
    show(text, as: kind)
  }

  /// Programs get the record, with the text that people read.
  private func tell(_ record: EventRecord, as kind: Kind = .info, _ text: (Style) -> String?) {
    if let recorded {
      var record = record
      record.text = text(Style(isColored: false))
      recorded(record)
    }
    if let text = text(style) { show(text, as: kind) }
  }

  private func show(_ text: String, as kind: Kind) {
    switch kind {
    case .info: print(style.dim("[hotreload]") + " " + text)
    case .detail: if isVerbose { print(style.dim("[hotreload]") + " " + style.dim(text)) }
    case .warning: print(style.magenta("warning: ") + text)
    case .error: print(style.red("error: ") + text)
    }
  }

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
