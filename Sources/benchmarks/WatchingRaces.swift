import Foundation
import Posix

/// A change of a watched tree after which the command must run.
struct WatchingRace: Sendable {
  let name: String
  /// The preparation, which need not be seen. A pause follows.
  var prepare: @Sendable (_ root: String, _ count: Int) throws -> Void = { _, _ in }
  /// The change.
  let act: @Sendable (_ root: String, _ count: Int) throws -> Void

  static let all = [
    WatchingRace(name: "a save in place") { root, count in try save("\(root)/src/a.swift", count) },
    WatchingRace(name: "a save by renaming") { root, count in
      try save("\(root)/src/.t", count)
      rename("\(root)/src/.t", "\(root)/src/a.swift")
    },
    WatchingRace(name: "`mkdir -p a/b` and a file at once") { root, count in
      try populate("\(root)/src/n\(count)", count)
    },
    WatchingRace(name: "… a save in it later") { root, count in
      try populate("\(root)/src/l\(count)", count)
    } act: { root, count in
      try save("\(root)/src/l\(count)/b/f.swift", -count)
    },
    WatchingRace(name: "a populated directory is moved in") { root, count in
      try populate("\(root)/in\(count)", count)
    } act: { root, count in
      rename("\(root)/in\(count)", "\(root)/src/in\(count)")
    },
    WatchingRace(name: "… a save in it later") { root, count in
      try populate("\(root)/il\(count)", count)
      rename("\(root)/il\(count)", "\(root)/src/il\(count)")
    } act: { root, count in
      try save("\(root)/src/il\(count)/b/f.swift", -count)
    },
    WatchingRace(name: "a populated directory is moved out") { root, count in
      try populate("\(root)/src/out\(count)", count)
    } act: { root, count in
      rename("\(root)/src/out\(count)", "\(root)/out\(count)")
    },
    WatchingRace(name: "a file is deleted") { root, count in
      try save("\(root)/src/d\(count).swift", count)
    } act: { root, count in
      unlink("\(root)/src/d\(count).swift")
    },
    WatchingRace(name: "the root is moved away and restored, a save later") { root, count in
      rename("\(root)/src", "\(root)/away")
      rename("\(root)/away", "\(root)/src")
    } act: { root, count in
      try save("\(root)/src/a.swift", -count)
    },
    WatchingRace(name: "the root is removed and made again, a save later") { root, count in
      try FileManager.default.removeItem(atPath: "\(root)/src")
      mkdir("\(root)/src", 0o755)
      try save("\(root)/src/a.swift", count)
    } act: { root, count in
      try save("\(root)/src/a.swift", -count)
    },
  ]

  /// Creates a directory that contains another one with a file.
  private static func populate(_ directory: String, _ count: Int) throws {
    mkdir(directory, 0o755)
    mkdir("\(directory)/b", 0o755)
    try save("\(directory)/b/f.swift", count)
  }

  /// Returns the number of times that the command did not run within 1.5 seconds.
  func lost(_ watcher: Watcher, in root: String, times: Int) throws -> Int {
    var lost = 0
    for count in 1...times {
      try prepare(root, count)
      _ = watcher.runs(after: .now, quiet: 0.7)
      let start = ContinuousClock.now
      try act(root, count)
      if watcher.run(after: start, within: 1.5) == nil { lost += 1 }
      _ = watcher.runs(after: .now, quiet: 0.3)
    }
    return lost
  }
}

/// Writes a file with open(2), write(2) and close(2). Throws ``SystemError`` with the path.
func save(_ path: String, _ count: Int) throws(SystemError) {
  let file = try Descriptor.open(path, O_WRONLY | O_CREAT | O_TRUNC, mode: 0o644)
  try file.write("let value = \(count) // \(UInt64.random(in: 0 ... .max))\n")
}
