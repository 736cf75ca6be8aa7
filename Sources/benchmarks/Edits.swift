import Foundation
import Posix

/// What each kind of save costs in an application of real size: from the save to the first answer of the new code, with
/// hotreload, and with `swift build` and a restart by hand, without a watcher. In turns on the same package.
func runEdits(_ arguments: Arguments) throws {
  let directory = URL(filePath: arguments.names[0]).standardizedFileURL.path
  let application = ShopApplication(
    directory: directory, files: try arguments.number("--files", upTo: 2000) ?? 120)
  let port = try UInt16(arguments.number("--port", upTo: 65_535) ?? 8127)
  let kinds =
    try arguments.text("--only", among: EditKind.allCases.map(\.rawValue))
    .flatMap { EditKind(rawValue: $0) }.map { [$0] } ?? EditKind.allCases
  setenv("PORT", "\(port)", 1)
  setenv("LOG_LEVEL", "error", 1)
  try application.generate()
  let hotReload = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().path + "/hotreload"
  let byHand = BuildAndRestart(in: directory, product: "Shop", port: port)
  try byHand.build()
  var tools: [EditKind: ToolUnderTest] = [:]
  for kind in kinds {
    tools[kind] = ToolUnderTest(
      kind.rawValue, [hotReload, "run", "--verbose"], ready: "fast builds", events: EventFile(kind.rawValue))
  }
  var times: [EditKind: [Double]] = [:]
  for round in 1...(try arguments.number("--rounds") ?? 7) {
    for kind in kinds {
      guard let tool = tools[kind] else { continue }
      let token = "h\(round)\(kind.rawValue.prefix(3))\(getpid())"
      try tool.start(in: directory, port: port)
      if kind == .undo {
        try tool.prepare("/orders7", token, port: port) {
          try save(kind.files(of: application, token: token))
        }
        try tool.prepare("/orders7", "v0", port: port) { try application.generate() }
      }
      try tool.measure("/orders7", token, port: port) { try save(kind.files(of: application, token: token)) }
      tool.stop(port: port)
      try application.generate()
      if kind == .undo { continue }
      try byHand.build()
      let own = "b\(round)\(kind.rawValue.prefix(3))\(getpid())"
      times[kind, default: []].append(
        try byHand.measure("/orders7", own) { try save(kind.files(of: application, token: own)) })
      try application.generate()
      try byHand.build()
      FileHandle.standardError.write(Data("round \(round): \(kind.rawValue)\n".utf8))
    }
  }
  print("| edit | saves | hotreload: median | fastest | slowest | swift build and restart | ratio |")
  print("|---|---|---|---|---|---|---|")
  for kind in kinds {
    guard let tool = tools[kind] else { continue }
    // An undo is an edit of a body to whom has no memory.
    let reference = median(times[kind == .undo ? .body : kind] ?? [])
    let own = [median(tool.times), tool.times.min() ?? 0, tool.times.max() ?? 0].map {
      "\(Int($0 * 1000)) ms"
    }
    print(
      "| \(kind.rawValue) | \(tool.times.count) | \(own.joined(separator: " | ")) | \(Int(reference * 1000)) ms"
        + " | \(reference == 0 ? "" : String(format: "%.2f", median(tool.times) / reference)) |")
  }
  for text in kinds.compactMap({ tools[$0]?.stagesText }) { print("\n" + text) }
}

private func save(_ files: [String: String]) throws {
  for (path, text) in files { try Data(text.utf8).write(to: URL(filePath: path)) }
}
