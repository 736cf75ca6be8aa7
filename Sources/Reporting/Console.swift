package import Reloader

/// The output of hotreload: lines for people on standard error, and records for programs. The server's own
/// output does not pass through it.
package final class Console {
  /// The colours of the lines.
  package var style: Style
  package let isTerminal: Bool
  /// Whether the user can type Ctrl-C.
  package var isInteractive: Bool
  package var verbosity: Verbosity
  /// Returns the time of day with which each line begins; `nil` if lines have no time.
  package var timeOfDay: (() -> String)?
  /// The names of the services; empty if there is only one.
  package var serviceNames: [ServiceID: String] = [:] { didSet { status.keep(serviceNames.keys) } }
  /// The state for the status line.
  package var status = StatusLine() { didSet { if status != oldValue { statusChanged() } } }
  /// Called when ``status`` has changed.
  package var statusChanged: () -> Void = {}
  /// Called when the terminal was cleared.
  package var cleared: () -> Void = {}
  /// Whether the status line is shown.
  package var showsStatus = false
  /// The file from which programs read the records; `nil` if there is none.
  package var events: EventStream?
  /// The handler of every record, without the text that people read.
  package var observer: (EventRecord) -> Void = { _ in }
  private let output: (String) -> Void
  /// Whether the output waits, because another program has the terminal.
  package var isHeld = false { didSet { if !isHeld { release() } } }
  /// The output that waits.
  private var held: [String] = []
  /// The diagnostics of the last build, and of the settings since then.
  package private(set) var diagnostics = BuildDiagnostics()
  /// Whether the last line on the terminal is a step, which the next line replaces.
  private var hasStepLine = false
  private var failures = ReportedFailures()
  /// The diagnostics that are printed only once.
  private var told: Set<String> = []

  /// The kind of a line.
  private enum Kind: String {
    case info
    /// A line that is shown only with ``Verbosity/verbose``.
    case detail
    /// A line that is shown even with ``Verbosity/quiet``.
    case important
    case warning, error

    /// The severity of a message for programs.
    var severity: String { self == .important ? Kind.info.rawValue : rawValue }
  }

  /// Creates a console that writes with `write`. Lines that the next line replaces are only written to a
  /// terminal.
  package init(
    style: Style, isTerminal: Bool, verbosity: Verbosity = .normal, write: @escaping (String) -> Void
  ) {
    self.style = style
    (self.isTerminal, isInteractive) = (isTerminal, isTerminal)
    self.verbosity = verbosity
    output = write
  }

  /// The maximum number of pieces of output that wait.
  private static let longestHeld = 1000

  private func write(_ text: String) {
    guard isHeld else { return output(text) }
    held.append(text)
    if held.count > Self.longestHeld { held.removeFirst() }
  }

  private func release() {
    held.forEach(output)
    held = []
  }

  /// Reports an event of a service, or of the build if that is `nil`. `product` is what is built, and `method` the
  /// method of the last build.
  package func report(
    _ report: Report, product: String, method: BuildMethod, of service: ServiceID? = nil
  ) {
    let note = follow(report)
    var record = EventRecord(report, method, services: serviceNames)
    record.service = service.flatMap { serviceNames[$0] }
    let prefix = record.service.map { "\($0): " } ?? ""
    defer { status.note(report, of: service, isFast: method.isFast) }
    let kind = failures.take(report, of: service) ? Kind.important : .info
    tell(record, as: kind) { style in
      style.text(
        report, product: product, services: serviceNames, isInteractive: isInteractive, isFast: method.isFast
      ).map { prefix + $0 + (note.map(style.dim) ?? "") }
    }
  }

  /// Begins or ends the diagnostics of a build. Returns a note for the text of the report.
  private func follow(_ report: Report) -> String? {
    switch report {
    case .building, .buildingClean: diagnostics.begin()
    case .built, .unchanged, .buildFailed:
      let (warnings, uncompiled) = diagnostics.end()
      if verbosity != .quiet { for lines in warnings { print(style.diagnostic(lines)) } }
      if case .buildFailed = report { break }
      if uncompiled > 0 {
        return "; \(uncompiled == 1 ? "1 warning" : "\(uncompiled) warnings") in files that were not compiled"
      }
    default: break
    }
    return nil
  }

  /// Returns the text of a report without colours.
  package func plainText(_ report: Report, product: String, of service: ServiceID?) -> String {
    let prefix = service.flatMap { serviceNames[$0] }.map { "\($0): " } ?? ""
    let style = Style(isColored: false)
    return prefix + (style.text(report, product: product, services: serviceNames, isInteractive: false) ?? "")
  }

  /// Reports a build by the fast path. `product` is the name of the product if there are several.
  package func fastBuild(of product: String?, _ build: FastBuildSummary) {
    diagnostics.compiled(build.compiled + build.reused)
    tell(EventRecord(build, product: product), as: .detail) { _ in build.text }
  }

  /// Reports the reason why the fast path falls back to `swift build`.
  package func fastBuildFellBack(of product: String?, _ reason: String) {
    tell(EventRecord("fast-build-declined", product: product, reason: reason), as: .detail) { _ in
      "falling back to swift build: \(reason)"
    }
  }

  /// Reports whether the fast path can build the next saves. `blocker` is the reason if it cannot.
  package func fastBuildsPrepared(of product: String? = nil, blocker: String?) {
    let name = product.map { " of \($0)" } ?? ""
    let event = blocker == nil ? "fast-builds-prepared" : "no-fast-builds"
    tell(EventRecord(event, product: product, reason: blocker), as: .detail) { _ in
      blocker.map { "fast builds\(name) are not available: \($0)" } ?? "fast builds\(name) are ready"
    }
  }

  /// Records the files that have changed, before the rest of the save is known.
  package func seen(_ paths: [String]) { record(EventRecord("seen", files: paths)) }

  /// Records an event of which people read nothing.
  package func record(_ record: EventRecord) {
    observer(record)
    events?.write(record)
  }

  /// Reports the files that were saved. Some of them may have been `deleted`.
  package func saved(_ paths: [String], deleted: Set<String>) {
    var record = EventRecord("changed", files: paths)
    if !deleted.isEmpty { record.deleted = deleted.sorted() }
    tell(record) { $0.saved(paths, deleted: deleted) }
  }

  /// Reports, as a detail, the files that were saved without a change of content.
  package func unchanged(_ paths: [String]) {
    tell(EventRecord("unchanged", files: paths), as: .detail) { $0.unchanged(paths) }
  }

  /// Reports, as a detail, the files that change in every build cycle, and the wait before the next cycle.
  package func delayed(_ paths: [String], for wait: Duration) {
    tell(EventRecord("held", files: paths), as: .detail) { $0.delayed(paths, for: wait) }
  }

  /// Reports the files that keep changing, with patterns that exclude them. If `stops`, they start no builds
  /// any more. Otherwise the builds for them are delayed.
  package func buildLoop(_ paths: [String], stops: Bool, exclusions: [String]) {
    tell(EventRecord("looping", files: paths), as: .warning) {
      $0.buildLoop(paths, stops: stops, exclusions: exclusions)
    }
  }

  /// Reports the files that only builds write.
  package func buildOutputs(_ paths: [String]) {
    tell(EventRecord("changed-by-build", files: paths)) { $0.buildOutputs(paths) }
  }

  /// Reports the self-writes: the files that a server has changed itself.
  package func selfWrites(_ paths: [String]) {
    tell(EventRecord("changed-by-server", files: paths)) { $0.selfWrites(paths) }
  }

  /// Prints a diagnostic of the compiler: an error at once, and a warning after the build.
  package func compilerDiagnostic(_ lines: [String]) {
    let record = EventRecord(diagnostic: lines)
    let treatment = diagnostics.take(lines, record)
    if treatment == .repeated { return }
    self.record(record)
    if treatment == .shown { print(style.diagnostic(lines)) }
  }

  /// Prints a diagnostic of the settings.
  package func diagnostic(_ lines: [String]) {
    let record = EventRecord(diagnostic: lines)
    diagnostics.note(record)
    self.record(record)
    print(style.diagnostic(lines))
  }

  /// Notes that a build is about to compile these files, or all if that is `nil`.
  package func compiles(_ paths: Set<String>?) {
    if let paths { diagnostics.compiles(paths) } else { diagnostics.compilesEverything() }
  }

  /// Prints a warning about the settings, or about a file that they name, once.
  package func diagnosticOnce(_ text: String) {
    guard told.insert(text).inserted else { return }
    diagnostic(text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
  }

  /// Prints a message.
  package func line(_ text: String) { message(.info, text) }

  /// Prints an address, or the answer to a key, even with ``Verbosity/quiet``.
  package func importantLine(_ text: String) { message(.important, text) }

  /// Prints a message as a detail.
  package func detail(_ text: String) { message(.detail, text) }

  /// Prints an error in SwiftPM's format, which editors recognise.
  package func error(_ text: String) { message(.error, text) }

  /// Prints a warning.
  package func warning(_ text: String) { message(.warning, text) }

  /// Records and prints a message.
  private func message(_ kind: Kind, _ text: String) {
    record(EventRecord(message: text, severity: kind.severity))
    show(text, as: kind)
  }

  /// Records an event together with its text, and prints the text.
  private func tell(_ record: EventRecord, as kind: Kind = .info, _ text: (Style) -> String?) {
    observer(record)
    if let events {
      var record = record
      record.text = text(Style(isColored: false))
      events.write(record)
    }
    if let text = text(style) { show(text, as: kind) }
  }

  /// Prints a line in the format of its kind.
  private func show(_ text: String, as kind: Kind) {
    switch kind {
    case .info: if verbosity != .quiet { printOwn(style.dim("[hotreload]") + " " + text) }
    case .detail: if verbosity == .verbose { printOwn(style.dim("[hotreload]") + " " + style.dim(text)) }
    case .important: printOwn(style.dim("[hotreload]") + " " + text)
    case .warning: printOwn(style.magenta("warning: ") + text)
    case .error: printOwn(style.red("error: ") + text)
    }
  }

  /// Prints a line that begins with the time, if lines have one.
  private func printOwn(_ text: String) {
    print((timeOfDay.map { style.dim($0()) + " " } ?? "") + text)
  }

  /// Prints a line of a command from the user's settings.
  package func passThrough(_ text: String) {
    if text.contains("error: ") { diagnostics.note(EventRecord(diagnostic: [text])) }
    print(text)
  }

  /// Rings the bell of the terminal, if it is one.
  package func bell() { if isTerminal { write("\u{7}") } }

  /// Clears the terminal, if it is one.
  package func clear() {
    guard isTerminal else { return }
    write("\u{1B}[H\u{1B}[2J")
    cleared()
  }

  /// Shows the current step of a build in the status line, or else, if `isAlone`, in a line that the next one replaces.
  /// The latter is only for a terminal to which nothing else is written.
  package func step(_ text: String, isAlone: Bool) {
    status.step = text
    diagnostics.step(text)
    guard isTerminal, isAlone, !showsStatus else { return }
    write("\r\u{1B}[2K" + style.dim(String(text.prefix(78))))
    hasStepLine = true
  }

  /// Writes a line in place of the step.
  private func print(_ text: String) {
    write((hasStepLine ? "\r\u{1B}[2K" : "") + text + "\n")
    hasStepLine = false
  }
}
