/// Makes of what `swift build` prints what a person needs: each diagnostic once, and where it is.
///
/// A diagnostic is a header, `path:line:column: error: text`, and the lines after it up to the next header or step. The
/// compiler prints one twice when both a module and its file are compiled; warnings of other people's packages about
/// their own files are nothing that the user can change.
package struct BuildOutput: Sendable {
  /// Something to show.
  package enum Item: Equatable, Sendable {
    /// A step of the build: `[3/7] Compiling App main.swift`.
    case step(String)
    /// A diagnostic with the lines that belong to it.
    case diagnostic([String])
    /// Another SwiftPM is building in the same directory; its pid where it is known.
    case waiting(forPid: Int?)
  }

  private var block: [String] = []
  /// Hashes of the blocks that were shown.
  private var shown: Set<Int> = []
  private var isWaitingSaid = false
  /// In what Swift Build adds to the compiler's diagnostics: the command that has failed.
  private var isInCommand = false

  /// The beginning of a build.
  package init() {}

  /// Takes one line, or the beginning of one.
  package mutating func take(_ line: String, isComplete: Bool) -> [Item] {
    if Self.isWaiting(line) {
      defer { isWaitingSaid = true }
      return isWaitingSaid ? [] : [.waiting(forPid: Self.pidOfOther(line))]
    }
    guard isComplete else { return [] }
    if Self.isFailedCommand(line) {
      isInCommand = true
      return finish()
    }
    if isInCommand, !Self.isStep(line), !Self.isHeader(line), !Self.isNoise(line) { return [] }
    isInCommand = false
    if Self.isStep(line) { return finish() + [.step(line)] }
    if Self.isNoise(line) { return finish() }
    if Self.isHeader(line) {
      let items = finish()
      block = [line]
      return items
    }
    block.append(line)
    return block.count < Self.longestBlock ? [] : finish()
  }

  /// In lines: of a plugin that says much, without a header, a part is shown when there is so much of it.
  private static let longestBlock = 500

  /// Ends the block that is being collected.
  package mutating func finish() -> [Item] {
    defer { block = [] }
    while block.last?.allSatisfy(\.isWhitespace) == true { block.removeLast() }
    guard !block.isEmpty, !block.contains(where: { $0.hasPrefix("    /") && $0.contains("/checkouts/") }),
      shown.insert(block.hashValue).inserted
    else { return [] }
    return [.diagnostic(block)]
  }

  /// `[12/87] Compiling App main.swift`, or what SwiftPM does to get the dependencies.
  private static func isStep(_ line: String) -> Bool {
    if stepsOfResolution.contains(where: line.hasPrefix) { return true }
    guard line.hasPrefix("["), let slash = line.firstIndex(of: "/"), let end = line.firstIndex(of: "]"),
      slash < end
    else { return false }
    return line[line.index(after: line.startIndex)..<slash].allSatisfy(\.isNumber)
  }

  private static func isNoise(_ line: String) -> Bool {
    line.hasPrefix("Building for ") || line.hasPrefix("Build complete!") || line.hasPrefix("Build of ")
      || line.hasPrefix("Planning build") || line.hasPrefix("Compiling plugin")
      || line.hasSuffix("(use -v to see invocation)") || line == "error: fatalError"
      || line == "error: Build failed" || stepsOfSwiftBuild.contains(where: line.hasPrefix)
  }

  private static let stepsOfResolution = [
    "Fetching ", "Fetched ", "Updating ", "Updated ", "Computing version for ", "Computed ",
    "Creating working copy ", "Working copy of ", "Downloading ", "Downloaded ", "Fetching binary artifact ",
  ]

  private static let stepsOfSwiftBuild = [
    "Constructing description", "Using on-disk description", "Planning ", "Computing dependencies",
  ]

  /// `error: SwiftCompile normal x86_64 /p/a.swift failed with a nonzero exit code. Command line: …`
  private static func isFailedCommand(_ line: String) -> Bool {
    line == "Failed frontend command:"
      || line.hasPrefix("error: ") && line.contains(" failed with a nonzero exit code. Command line: ")
  }

  /// `…: error: …` at the beginning of a line, not in the quoted source below it.
  package static func isHeader(_ line: String) -> Bool {
    guard let first = line.first, !first.isWhitespace, !first.isNumber || line.contains(".swift:") else {
      return false
    }
    return ["error: ", "warning: ", "note: "].contains { line.hasPrefix($0) || line.contains(": " + $0) }
  }

  /// `Another instance of SwiftPM (PID: 4711) is already running using '…', waiting until …`, without a line's end.
  /// Without the pid too: SwiftPM writes it into the build directory, which the very first build has yet to make.
  private static func isWaiting(_ line: String) -> Bool {
    line.hasPrefix("Another instance of SwiftPM ") && line.contains(" is already running")
  }

  private static func pidOfOther(_ line: String) -> Int? {
    let start = "Another instance of SwiftPM (PID: "
    guard line.hasPrefix(start) else { return nil }
    return Int(line.dropFirst(start.count).prefix { $0.isNumber })
  }
}
