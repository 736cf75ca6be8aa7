import Foundation
import Interposer
import Testing

/// The files of the interposer that need functions or variables of other files, read from their objects.
struct CallGraph {
  /// A symbol that one file needs and another one defines.
  struct Need: Hashable, CustomStringConvertible {
    let user: String
    let symbol: String
    let definer: String

    /// Whether the floor that defines the symbol is above the one that needs it.
    var isUpward: Bool { CallGraph.level(of: definer) > CallGraph.level(of: user) }
    var description: String { "\(user) → \(definer): \(symbol)" }
  }

  /// All needs, in the order of the files.
  let needs: [Need]

  /// Compiles each file to an object, and reads its symbols. `planted` are more files.
  init(planted: [InterposerSource.File] = []) throws {
    let source = try InterposerSource(planted: planted)
    defer { source.remove() }
    let output = try source.compile(
      with: Interposer.findCompiler(), Interposer.definitions + ["-c", "-fPIC", "-O0"])
    try #require(output == "")
    var definers: [String: String] = [:]
    var needed: [(user: String, symbol: String)] = []
    for file in source.paths where file.hasSuffix(".c") {
      let object = try #require(file.split(separator: "/").last).dropLast(2) + ".o"
      for (name, isDefined) in try globalSymbols(of: source.directory + "/" + object) {
        if isDefined { definers[name] = file } else { needed.append((file, name)) }
      }
    }
    needs = needed.compactMap { user, symbol in
      definers[symbol].map { Need(user: user, symbol: symbol, definer: $0) }
    }
  }

  /// Returns the number of the floor of a file, from the lowest.
  private static func level(of file: String) -> Int {
    Interposer.floors.firstIndex { file.hasPrefix($0 + "/") } ?? -1
  }

  /// The number of needs from each floor to each floor.
  var table: String {
    let floors = Interposer.floors
    let width = (floors.map(\.count).max() ?? 0) + 2
    func padded(_ text: String) -> String { String(repeating: " ", count: max(0, width - text.count)) + text }
    let counts = needs.reduce(into: [[Int]: Int]()) {
      $0[[Self.level(of: $1.user), Self.level(of: $1.definer)], default: 0] += 1
    }
    let rows = floors.indices.map { user in
      padded(floors[user])
        + floors.indices.map { padded(counts[[user, $0]].map(String.init) ?? "·") }.joined()
    }
    return ([padded("") + floors.map(padded).joined()] + rows).joined(separator: "\n")
  }
}
