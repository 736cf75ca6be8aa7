/// Extracts diagnostics and steps from the output of `swift build`.
///
/// A diagnostic is a header, `path:line:column: error: text`, and the lines after it up to the next header or
/// step. The compiler prints one twice if both a module and its file are compiled, and each is shown only
/// once. Diagnostics about files of remote packages are left out, because the user cannot change them.
package struct BuildOutput: Sendable {
  /// A part of the output to show.
  package enum Item: Equatable, Sendable {
    /// A step of the build, such as `[3/7] Compiling App main.swift`.
    case step(String)
    /// A diagnostic, with all of its lines.
    case diagnostic([String])
    /// SwiftPM waits for another SwiftPM that is building in the same directory. The pid is `nil` if it is
    /// not known.
    case waiting(forPid: Int?)
  }

  /// The lines of the current diagnostic.
  private var block: [String] = []
  /// The hashes of the diagnostics that were shown.
  private var shown: Set<Int> = []
  /// Whether ``Item/waiting(forPid:)`` was returned.
  private var isWaitingSaid = false
  /// Whether the current lines are a failed command, which Swift Build appends to the compiler's diagnostics.
  private var isInCommand = false

  /// Creates the state at the start of a build.
  package init() {}

  /// Processes a line, or the beginning of one. Returns what to show.
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

  /// The maximum number of lines in a diagnostic. The output of a plugin without headers is shown in parts of
  /// this size.
  private static let longestBlock = 500

  /// Ends the current diagnostic. Returns it if it is to be shown.
  package mutating func finish() -> [Item] {
    defer { block = [] }
    while block.last?.allSatisfy(\.isWhitespace) == true { block.removeLast() }
    guard !block.isEmpty, !block.contains(where: { $0.hasPrefix("    /") && $0.contains("/checkouts/") }),
      shown.insert(block.hashValue).inserted
    else { return [] }
    return [.diagnostic(block)]
  }

  /// Returns whether a line is a step, such as `[12/87] Compiling App main.swift`, or the resolution of
  /// dependencies.
  private static func isStep(_ line: String) -> Bool {
    if stepsOfResolution.contains(where: line.hasPrefix) { return true }
    guard line.hasPrefix("["), let slash = line.firstIndex(of: "/"), let end = line.firstIndex(of: "]"),
      slash < end
    else { return false }
    return line[line.index(after: line.startIndex)..<slash].allSatisfy(\.isNumber)
  }

  /// Returns whether a line is never shown.
  private static func isNoise(_ line: String) -> Bool {
    line.hasPrefix("Building for ") || line.hasPrefix("Build complete!") || line.hasPrefix("Build of ")
      || line.hasPrefix("Planning build") || line.hasPrefix("Compiling plugin")
      || line.hasSuffix("(use -v to see invocation)") || line == "error: fatalError"
      || line == "error: Build failed" || stepsOfSwiftBuild.contains(where: line.hasPrefix)
  }

  /// The beginnings of lines about the resolution of dependencies.
  private static let stepsOfResolution = [
    "Fetching ", "Fetched ", "Updating ", "Updated ", "Computing version for ", "Computed ",
    "Creating working copy ", "Working copy of ", "Downloading ", "Downloaded ", "Fetching binary artifact ",
  ]

  /// The beginnings of lines that Swift Build prints about its own steps.
  private static let stepsOfSwiftBuild = [
    "Constructing description", "Using on-disk description", "Planning ", "Computing dependencies",
  ]

  /// Returns whether a line is the header of a failed command, such as `error: SwiftCompile normal x86_64
  /// /p/a.swift failed with a nonzero exit code. Command line: …`.
  private static func isFailedCommand(_ line: String) -> Bool {
    line == "Failed frontend command:"
      || line.hasPrefix("error: ") && line.contains(" failed with a nonzero exit code. Command line: ")
  }

  /// Returns whether a line is the header of a diagnostic, `…: error: …`, and not quoted source.
  package static func isHeader(_ line: String) -> Bool {
    guard let first = line.first, !first.isWhitespace, !first.isNumber || line.contains(".swift:") else {
      return false
    }
    return ["error: ", "warning: ", "note: "].contains { line.hasPrefix($0) || line.contains(": " + $0) }
  }

  /// Returns whether a line is `Another instance of SwiftPM (PID: 4711) is already running using …`. The line
  /// does not end. In the very first build it has no pid, because the build directory, which would contain the
  /// pid, does not exist yet.
  private static func isWaiting(_ line: String) -> Bool {
    line.hasPrefix("Another instance of SwiftPM ") && line.contains(" is already running")
  }

  /// Returns the pid in such a line; `nil` if there is none.
  private static func pidOfOther(_ line: String) -> Int? {
    let start = "Another instance of SwiftPM (PID: "
    guard line.hasPrefix(start) else { return nil }
    return Int(line.dropFirst(start.count).prefix { $0.isNumber })
  }
}
