/// A command line that means nothing, in the words of ArgumentParser.
struct UsageError: Error, CustomStringConvertible, Equatable {
  let description: String

  /// `nearest` is what the user may have meant.
  init(_ message: String, command: String? = nil, nearest: String? = nil) {
    let path = command.map { "hotreload \($0)" } ?? "hotreload"
    let usage =
      command == "run"
      ? "hotreload run [<options>] [<product>] [-- <arguments> ...]" : "hotreload <subcommand>"
    description = """
      Error: \(message)\(nearest.map { ". Did you mean '\($0)'?" } ?? "")
      Usage: \(usage)
        See '\(path) --help' for more information.
      """
  }
}

/// EX_USAGE of sysexits(3), as ArgumentParser exits.
let usageExitCode: Int32 = 64

/// The candidate that differs in the fewest letters, if that is few.
func nearest(to word: String, among candidates: [String]) -> String? {
  let ranked = candidates.map { (name: $0, distance: distance(Array(word), Array($0))) }
  guard let best = ranked.min(by: { $0.distance < $1.distance }), best.distance <= max(2, word.count / 3)
  else {
    return nil
  }
  return best.name
}

/// The Levenshtein distance.
private func distance(_ a: [Character], _ b: [Character]) -> Int {
  var row = Array(0...b.count)
  for (i, x) in a.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for (j, y) in b.enumerated() {
      let above = row[j + 1]
      row[j + 1] = min(above + 1, row[j] + 1, diagonal + (x == y ? 0 : 1))
      diagonal = above
    }
  }
  return row[b.count]
}
