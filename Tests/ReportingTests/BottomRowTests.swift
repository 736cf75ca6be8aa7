import Reporting
import Testing

@Suite("The last row of the terminal")
struct BottomRowTests {
  private let size = BottomRow.Size(rows: 24, columns: 80)

  @Test("is taken out of the rows that scroll when it is first shown")
  func reserve() {
    var row = BottomRow()
    #expect(
      row.show("one", in: size)
        == "\u{1B}D\u{1B}[A\u{1B}7\u{1B}[1;23r\u{1B}8\u{1B}7\u{1B}[24;1H\u{1B}[2Kone\u{1B}8")
    #expect(row.isShown)
    #expect(row.show("two", in: size) == "\u{1B}7\u{1B}[24;1H\u{1B}[2Ktwo\u{1B}8")
  }

  @Test("is not written again without a change, except after the terminal was cleared")
  func unchanged() {
    var row = BottomRow()
    _ = row.show("one", in: size)
    #expect(row.show("one", in: size) == "")
    row.cleared()
    #expect(row.show("one", in: size) == "\u{1B}7\u{1B}[24;1H\u{1B}[2Kone\u{1B}8")
  }

  @Test("scrolls like the others again when it is removed")
  func remove() {
    var row = BottomRow()
    #expect(row.remove() == "")
    _ = row.show("one", in: size)
    #expect(row.remove() == "\u{1B}7\u{1B}[r\u{1B}[24;1H\u{1B}[2K\u{1B}8")
    #expect(!row.isShown)
  }

  @Test("moves with the size of the terminal")
  func resize() {
    var row = BottomRow()
    _ = row.show("one", in: size)
    let written = row.show("one", in: BottomRow.Size(rows: 30, columns: 80))
    #expect(written.hasPrefix(BottomRow.reset))
    #expect(written.hasSuffix("\u{1B}[1;29r\u{1B}8\u{1B}7\u{1B}[30;1H\u{1B}[2Kone\u{1B}8"))
  }

  @Test("needs a terminal of 3 rows and 20 columns")
  func room() {
    #expect(BottomRow.Size(rows: 3, columns: 20).isEnough)
    #expect(!BottomRow.Size(rows: 2, columns: 20).isEnough)
    #expect(!BottomRow.Size(rows: 3, columns: 19).isEnough)
  }
}
