import Foundation
import Posix
import Project

/// Measures the time from a save to the first answer of the new code: hotreload with and without the fast
/// path, `air` if it is installed, and `entr` with `swift build`. The tools take turns on the same package.
/// Only the rows of one run can be compared.
func runSaveToLive(_ arguments: Arguments) throws {
  let package = URL(filePath: arguments.names[0]).standardizedFileURL.path
  let port = try UInt16(arguments.number("--port", upTo: 65_535) ?? 8127)
  setenv("PORT", "\(port)", 1)
  setenv("LOG_LEVEL", "error", 1)
  guard CurrentProcess.find("entr") != nil else {
    throw UsageFailure("entr is not on the PATH, and is compared with: apt-get install entr")
  }
  let hotReload = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().path + "/hotreload"
  let tools =
    [
      ToolUnderTest(
        "hotreload", [hotReload, "run", "--verbose"], ready: "fast builds", events: EventFile("fast")),
      ToolUnderTest(
        "hotreload --no-fast", [hotReload, "run", "--no-fast"], ready: nil, events: EventFile("no-fast")),
    ] + ToolUnderTest.others(running: "App")
  let file = try SavedText(path: package + "/" + arguments.names[1])
  defer { file.restore() }
  let rounds = try arguments.number("--rounds") ?? 4
  let saves = try arguments.number("--saves") ?? 5
  var times = [SaveTimes](repeating: SaveTimes(), count: tools.count)
  for round in 1...rounds {
    for (index, tool) in tools.enumerated() {
      try tool.start(in: package, port: port)
      for save in 1...saves {
        let text = "\(ProcessInfo.processInfo.processIdentifier)-\(round)-\(save)."
        times[index].append(try tool.measure(text, port: port) { try file.save(text) })
      }
      tool.stop(port: port)
      FileHandle.standardError.write(Data("round \(round): \(tool.name)\n".utf8))
    }
  }
  print("| | saves | save to new code: median | fastest | slowest | build | after the build | of entr's |")
  print("|---|---|---|---|---|---|---|---|")
  for (tool, own) in zip(tools, times) {
    let build = median(own.builds)
    let parts =
      own.builds.isEmpty ? ["", ""] : [build, median(own.all) - build].map { "\(Int($0 * 1000)) ms" }
    let ratio = times.last.map(own.ratio) ?? ""
    print("| \(tool.name) | \(own.columns) | \(parts.joined(separator: " | ")) | \(ratio) |")
  }
  for (tool, own) in zip(tools, times) {
    if let text = own.stagesText { print("\n\(tool.name): \(text)") }
  }
}

/// A source with a string literal. A save changes its first one.
struct SavedText {
  let path: String
  private let original: String

  /// Reads the source. Throws Foundation's error if it cannot be read as UTF-8, because ``restore()`` must
  /// not write anything else.
  init(path: String) throws {
    self.path = path
    original = try String(contentsOfFile: path, encoding: .utf8)
  }

  /// Saves the source with another text, in place as some editors do. Throws ``UsageFailure``.
  func save(_ text: String) throws {
    let parts = original.split(separator: "\"", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3 else { throw UsageFailure("\(path) has no string literal") }
    try Data("\(parts[0])\"\(text)\"\(parts[2])".utf8).write(to: URL(filePath: path))
  }

  /// Restores the source.
  func restore() { try? Data(original.utf8).write(to: URL(filePath: path)) }
}
