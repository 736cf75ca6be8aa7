// The width of text on a terminal, in columns.

/// Returns the number of columns of a text without escape sequences.
package func columns(of text: String) -> Int { text.unicodeScalars.reduce(0) { $0 + columns(of: $1) } }

/// Returns as much of a text without escape sequences as fits into `limit` columns. A text that is cut ends in three
/// dots.
package func cut(_ text: String, to limit: Int) -> String {
  if columns(of: text) <= limit { return text }
  let mark = limit > 3 ? "..." : ""
  var (kept, width) = (String.UnicodeScalarView(), mark.count)
  for scalar in text.unicodeScalars {
    width += columns(of: scalar)
    if width > limit { break }
    kept.append(scalar)
  }
  return String(kept) + mark
}

/// Returns the number of columns of a character: 0 if it combines with the one before it or is a control character, and
/// 2 if it is wide (East Asian Width, Unicode Annex 11) or an emoji.
private func columns(of scalar: Unicode.Scalar) -> Int {
  switch scalar.value {
  case 0x20..<0x7F: return 1
  case 0..<0x20, 0x7F..<0xA0: return 0
  default: break
  }
  switch scalar.properties.generalCategory {
  case .nonspacingMark, .enclosingMark, .format: return 0
  default: return wide.contains { $0.contains(scalar.value) } ? 2 : 1
  }
}

private let wide: [ClosedRange<UInt32>] = [
  0x1100...0x115F, 0x231A...0x231B, 0x23E9...0x23EC, 0x2614...0x2615, 0x2648...0x2653, 0x26AA...0x26AB,
  0x2705...0x2705, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
  0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F,
  0x1F680...0x1F6FF, 0x1F900...0x1FAFF, 0x20000...0x3FFFD,
]
