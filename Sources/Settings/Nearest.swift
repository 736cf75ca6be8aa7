/// Returns the candidate with the smallest edit distance to `word`; `nil` if the distance is larger than
/// `limit`, or than both 2 and a third of the word's length.
package func nearest(to word: String, among candidates: [String], within limit: Int = .max) -> String? {
  let ranked = candidates.map { (name: $0, distance: distance(Array(word), Array($0))) }
  guard let best = ranked.min(by: { $0.distance < $1.distance }) else { return nil }
  if best.distance <= min(limit, 2) { return best.name }
  if let relative = relative(of: word, among: candidates, within: limit) { return relative }
  return best.distance <= min(limit, word.count / 3) ? best.name : nil
}

/// Returns the only candidate that continues `word` by at most `limit` characters, such as `restart-on` for
/// `restart`, or otherwise the only one that differs in the last of at least three words, such as
/// `env-files-override` for `env-files-win`; `nil` if there is none.
private func relative(of word: String, among candidates: [String], within limit: Int) -> String? {
  let longer = candidates.filter { candidate in
    ["-", "_"].contains { candidate.hasPrefix(word + $0) } && candidate.count - word.count <= limit
  }
  if longer.count == 1 { return longer[0] }
  let own = words(of: word)
  let siblings = candidates.filter { candidate in
    let words = words(of: candidate)
    return own.count >= 3 && words.count == own.count && words.dropLast() == own.dropLast()
  }
  return siblings.count == 1 ? siblings[0] : nil
}

/// Returns the words of a name such as `env-files`, `--env-file` or `HOTRELOAD_RUN_ENV_FILES`.
private func words(of name: String) -> [Substring] { name.split { $0 == "-" || $0 == "_" } }

/// Returns the Levenshtein distance.
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
