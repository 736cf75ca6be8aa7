/// Returns the candidate with the smallest edit distance to `word`; `nil` if the distance is larger than
/// `limit`, or than both 2 and a third of the word's length.
package func nearest(to word: String, among candidates: [String], within limit: Int = .max) -> String? {
  let ranked = candidates.map { (name: $0, distance: distance(Array(word), Array($0))) }
  guard let best = ranked.min(by: { $0.distance < $1.distance }),
    best.distance <= min(limit, max(2, word.count / 3))
  else {
    return nil
  }
  return best.name
}

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
