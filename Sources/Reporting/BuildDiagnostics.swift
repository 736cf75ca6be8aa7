/// The diagnostics of a build: errors are shown at once, and warnings after the build, each once.
///
/// A build compiles only some files, and so the compiler does not repeat the warnings of the others. They are kept until
/// their file is compiled again.
package struct BuildDiagnostics: Sendable {
  /// The diagnostics of the last build, or of the running one, except for the warnings that are ``kept``.
  private var entries: [EventRecord] = []
  /// The warnings that were not shown yet, with their files.
  private var held: [(file: String?, lines: [String])] = []
  private var seen: Set<String> = []
  /// The treatment of a note, which is that of the diagnostic before it.
  private var last = Treatment.shown
  /// The warnings of earlier builds by file, until the file is compiled again.
  private var kept: [String: [EventRecord]] = [:]
  private var compiled: Set<String> = []
  private var compiledNames: Set<Substring> = []
  private var isEverythingCompiled = false
  private var isOver = true

  /// The treatment of a diagnostic.
  package enum Treatment: Sendable {
    /// A diagnostic that is shown now.
    case shown
    /// A diagnostic that is shown after the build.
    case held
    /// A diagnostic that was shown before.
    case repeated
  }

  package init() {}

  /// The diagnostics of the last build, and the warnings of the files that it has not compiled.
  package var records: [EventRecord] {
    entries.filter { $0.severity == "error" } + entries.filter { $0.severity != "error" }
      + kept.sorted { $0.key < $1.key }.flatMap(\.value)
  }

  /// The first error with a place; `nil` if there is none.
  package var firstError: EventRecord? { entries.first { $0.severity == "error" && $0.file != nil } }

  /// Begins a build. The warnings of a build that was cancelled are still to be shown.
  package mutating func begin() {
    entries.removeAll { isOver || $0.severity == "error" }
    seen = isOver ? [] : seen.filter { !$0.contains(": error: ") }
    isOver = false
  }

  /// Takes a diagnostic. Returns whether to show it now.
  package mutating func take(_ lines: [String], _ record: EventRecord) -> Treatment {
    if record.severity == "note" {
      if last == .held, !held.isEmpty { held[held.count - 1].lines += lines }
      return last
    }
    let header = lines.first { $0.contains(": ") && $0.contains("\(record.severity ?? ""): ") }
    guard seen.insert(record.file == nil ? lines.joined(separator: "\n") : header ?? lines[0]).inserted else {
      last = .repeated
      return last
    }
    entries.append(record)
    last = record.severity == "warning" && !isOver ? .held : .shown
    if last == .held { held.append((record.file, lines)) }
    return last
  }

  /// Takes an error that is not the compiler's, and was shown.
  package mutating func note(_ record: EventRecord) {
    if record.severity == "error" { entries.append(record) }
  }

  /// Notes that these files are about to be compiled. A build that was cancelled may have warned of their former text.
  package mutating func compiles(_ paths: Set<String>) {
    compiled(paths)
    func isOld(_ file: String?) -> Bool { file.map(paths.contains) == true }
    held.removeAll { isOld($0.file) }
    entries.removeAll { $0.severity == "warning" && isOld($0.file) }
    seen = seen.filter { header in !paths.contains { header.hasPrefix($0 + ":") } }
  }

  /// Notes that these files were compiled, so that their former warnings do not count any more.
  package mutating func compiled(_ paths: some Sequence<String>) { compiled.formUnion(paths) }

  /// Notes that all files are compiled.
  package mutating func compilesEverything() { isEverythingCompiled = true }

  /// Notes a step of SwiftPM. It names the files that it compiles, without their directories.
  package mutating func step(_ text: String) {
    guard let range = text.firstRange(of: "] Compiling ") else { return }
    compiledNames.formUnion(text[range.upperBound...].split { $0 == " " || $0 == "," }.dropFirst())
  }

  /// Ends a build. Returns the warnings to show, and the number of those in files that were not compiled.
  package mutating func end() -> (warnings: [[String]], uncompiled: Int) {
    let warnings = entries.filter { $0.severity == "warning" && $0.file != nil }
    compiled.formUnion(warnings.compactMap(\.file))
    kept = kept.filter { file, _ in
      !isEverythingCompiled && !compiled.contains(file)
        && !compiledNames.contains(file.split(separator: "/").last ?? "")
    }
    let uncompiled = kept.values.reduce(0) { $0 + $1.count }
    defer {
      last = .shown
      for warning in warnings { warning.file.map { kept[$0, default: []].append(warning) } }
      entries.removeAll { $0.severity == "warning" && $0.file != nil }
      (held, compiled, compiledNames, isEverythingCompiled, isOver) = ([], [], [], false, true)
    }
    return (held.map { $0.lines }, uncompiled)
  }
}
