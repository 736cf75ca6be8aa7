import Foundation
import Posix

/// Measures each kind of save in an application of realistic size, from the save to the first answer of the
/// new code. It compares hotreload with `swift build` and a restart by hand. With `--others`, the edit of a
/// function body is also measured with other watchers. The tools take turns on the same package. The table is
/// printed after each round, and the first save after a tool's start is left out.
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
  let others = arguments.contains("--others") ? ToolUnderTest.others(running: "Shop") : []
  var edits = Edits(application: application, port: port, kinds: kinds, others: others)
  try edits.byHand.build()
  for round in 1...(try arguments.number("--rounds") ?? 7) {
    try edits.run(round)
    edits.printTable()
  }
}

/// The measurements of all tools.
private struct Edits {
  let application: ShopApplication
  let port: UInt16
  let kinds: [EditKind]
  let hotReload: ToolUnderTest
  let byHand: BuildAndRestart
  let others: [ToolUnderTest]
  var othersTimes: [SaveTimes]
  var hotReloadTimes: [EditKind: SaveTimes] = [:]
  var byHandTimes: [EditKind: SaveTimes] = [:]

  init(application: ShopApplication, port: UInt16, kinds: [EditKind], others: [ToolUnderTest]) {
    self.application = application
    self.port = port
    self.kinds = kinds
    self.others = others
    othersTimes = others.map { _ in SaveTimes() }
    let program = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().path + "/hotreload"
    hotReload = ToolUnderTest(
      "hotreload", [program, "run", "--verbose"], ready: "fast builds", events: EventFile("edits"))
    byHand = BuildAndRestart(in: application.directory, product: "Shop", port: port)
  }

  /// Measures one save of each kind with each tool.
  mutating func run(_ round: Int) throws {
    try hotReload.start(in: application.directory, port: port)
    try _ = measure(.body, "f\(round)\(getpid())")
    for kind in kinds {
      try _ = hotReload.measure("v0", at: "/orders7", port: port) { try application.generate() }
      let token = "h\(round)\(kind.rawValue.prefix(3))\(getpid())"
      var times = try measure(kind, token)
      if kind == .undo {
        try _ = hotReload.measure("v0", at: "/orders7", port: port) { try application.generate() }
        times = try measure(kind, token)
      }
      hotReloadTimes[kind, default: SaveTimes()].append(times)
    }
    hotReload.stop(port: port)
    for kind in kinds where kind != .undo {
      try application.generate()
      try byHand.build()
      let token = "b\(round)\(kind.rawValue.prefix(3))\(getpid())"
      let seconds = try byHand.measure("/orders7", token) {
        try application.save(kind.files(of: application, token: token))
      }
      byHandTimes[kind, default: SaveTimes()].append(SaveTimes(seconds: seconds))
    }
    try runOthers(round)
    try application.generate()
    try byHand.build()
  }

  /// Measures the edit of a body with the other watchers.
  private mutating func runOthers(_ round: Int) throws {
    for (index, tool) in others.enumerated() {
      try application.generate()
      try tool.start(in: application.directory, port: port)
      for save in 0...1 {
        let token = "o\(round)\(index)\(save)\(getpid())"
        let times = try tool.measure(token, at: "/orders7", port: port) {
          try application.save(EditKind.body.files(of: application, token: token))
        }
        if save > 0 { othersTimes[index].append(times) }
      }
      tool.stop(port: port)
    }
  }

  /// Measures a save with hotreload.
  private func measure(_ kind: EditKind, _ token: String) throws -> SaveTimes {
    try hotReload.measure(token, at: "/orders7", port: port) {
      try application.save(kind.files(of: application, token: token))
    }
  }

  /// Prints the results so far.
  func printTable() {
    print("\n| edit | saves | hotreload: median | fastest | slowest | swift build and restart | ratio |")
    print("|---|---|---|---|---|---|---|")
    for kind in kinds {
      // Without remembered objects, an undo is an edit of a body.
      let reference = byHandTimes[kind == .undo ? .body : kind] ?? SaveTimes()
      let own = hotReloadTimes[kind] ?? SaveTimes()
      print(
        "| \(kind.rawValue) | \(own.columns) | \(Int(median(reference.all) * 1000)) ms | \(own.ratio(to: reference)) |"
      )
    }
    for (tool, times) in zip(others, othersTimes) {
      print("| body, \(tool.name) | \(times.columns) | | |")
    }
    for kind in kinds {
      if let text = hotReloadTimes[kind]?.stagesText { print("\n\(kind.rawValue): \(text)") }
    }
    fflush(nil)
  }
}
