/// The last row of a terminal, kept apart from the rows that scroll.
///
/// All output scrolls in the rows above (DECSTBM), also that of other processes which write to the same terminal. The
/// row therefore never mixes with a line of theirs. Each function returns the characters to write in one call.
package struct BottomRow: Equatable, Sendable {
  /// The size of the terminal when the row was drawn; `nil` if it is not there.
  private var size: Size?
  private var shown = ""

  /// The size of a terminal.
  package struct Size: Equatable, Sendable {
    package let rows: Int
    package let columns: Int

    package init(rows: Int, columns: Int) { (self.rows, self.columns) = (rows, columns) }

    /// Whether there is room for the row.
    package var isEnough: Bool { rows >= 3 && columns >= 20 }
  }

  /// Creates a row that is not there.
  package init() {}

  /// Whether the row is there.
  package var isShown: Bool { size != nil }

  /// Shows a text, which fits into the columns. Returns nothing if it is shown already.
  package mutating func show(_ text: String, in new: Size) -> String {
    if size == new, shown == text { return "" }
    var written = ""
    if size != new {
      written += resized() + reserve(new)
      size = new
    }
    shown = text
    return written + "\(Self.save)\u{1B}[\(new.rows);1H\u{1B}[2K\(text)\(Self.restore)"
  }

  /// Removes the row.
  package mutating func remove() -> String {
    guard let size else { return "" }
    self = BottomRow()
    return "\(Self.save)\u{1B}[r\u{1B}[\(size.rows);1H\u{1B}[2K\(Self.restore)"
  }

  /// Notes that the terminal was cleared.
  package mutating func cleared() { shown = "" }

  /// Removes the row after the terminal was resized, which may have moved it. It is below the cursor, and nothing else
  /// is.
  private mutating func resized() -> String { size == nil ? "" : Self.reset }

  /// Lets only the rows above scroll. The cursor stays where it is, but scrolls up if it is in the last row: IND moves
  /// it down in its column, and CUU up again.
  private func reserve(_ size: Size) -> String {
    "\u{1B}D\u{1B}[A\(Self.save)\u{1B}[1;\(size.rows - 1)r\(Self.restore)"
  }

  /// Removes a row of a process that was killed.
  package static let reset = "\(save)\u{1B}[r\(restore)\u{1B}[J"

  private static let save = "\u{1B}7"
  private static let restore = "\u{1B}8"
}
