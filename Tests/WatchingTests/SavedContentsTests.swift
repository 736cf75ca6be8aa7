internal import Testing
internal import Watching

@Suite struct SavedContentsTests {
  var contents = SavedContents()

  init() {
    contents.learn("/a", .hash(1))
    contents.learn("/b", .hash(2))
  }

  /// Looks at a file once after an event, and ends the batch.
  private mutating func save(_ path: String, _ content: FileContent, touchCounts: Bool = false) -> Bool {
    contents.observed(path, content, touchCounts: touchCounts)
    return !contents.endBatch([path]) { _ in content }.changed.isEmpty
  }

  @Test("a save of the same bytes changes nothing, one of others does, and back again")
  mutating func same() {
    #expect(!save("/a", .hash(1)))
    #expect(save("/a", .hash(3)))
    #expect(!save("/a", .hash(3)))
    #expect(save("/a", .hash(1)))
    #expect(save("/a", .empty))
    #expect(!save("/a", .empty))
  }

  @Test("the first save of a file of which nothing is known counts, and every one of what cannot be told")
  mutating func unknown() {
    #expect(save("/new", .hash(1)))
    #expect(!save("/new", .hash(1)))
    #expect(save("/large", .unknown))
    #expect(save("/large", .unknown))
  }

  @Test("what was learned late does not replace what was saved")
  mutating func late() {
    #expect(save("/c", .hash(5)))
    contents.learn("/c", .hash(4))
    #expect(!save("/c", .hash(5)))
  }

  @Test("a file that is gone or empty for a moment, as during a save, has not changed")
  mutating func unfinished() {
    for moment in [FileContent.missing, .empty] {
      contents.observed("/a", moment, touchCounts: false)
      contents.observed("/a", .hash(1), touchCounts: false)
      #expect(contents.endBatch(["/a"]) { _ in .hash(1) }.changed == [])
      contents.observed("/a", moment, touchCounts: false)
      #expect(contents.endBatch(["/a"]) { _ in .hash(1) }.unchanged == ["/a"])
    }
    contents.observed("/a", .missing, touchCounts: false)
    #expect(contents.endBatch(["/a"]) { _ in .missing }.changed == ["/a"])
    #expect(save("/a", .hash(1)))
  }

  @Test("that a file is gone counts once, though it is told again, and a touch does not change that")
  mutating func missing() {
    #expect(save("/a", .missing))
    for touchCounts in [false, true] {
      contents.observed("/a", .missing, touchCounts: touchCounts)
      #expect(!contents.differs("/a"))
      let batch = contents.endBatch(["/a"]) { _ in .missing }
      #expect(batch.changed == [])
      #expect(batch.unchanged == [])
    }
    #expect(save("/a", .hash(1)))
    #expect(save("/a", .missing))
    #expect(save("/a", .empty))
  }

  @Test("a file that came and went has not changed; one that was there before, and is gone, has")
  mutating func cameAndWent() {
    for content in [FileContent.hash(9), .empty, .unknown] {
      contents.observed("/t", content, touchCounts: false)
      contents.observed("/t", .missing, touchCounts: false)
      let batch = contents.endBatch(["/t"]) { _ in .missing }
      #expect(batch.changed == [])
      #expect(batch.unchanged == [])
    }
    contents.found(["/c"])
    #expect(save("/c", .missing))
    #expect(!save("/c", .missing))
  }

  @Test("a file that was not there is new, once; one that is there and was not read is not")
  mutating func new() {
    contents.found(["/c"])
    for path in ["/c", "/t"] { contents.observed(path, .hash(9), touchCounts: false) }
    let batch = contents.endBatch(["/c", "/t"]) { _ in .hash(9) }
    #expect(batch.changed == ["/c", "/t"])
    #expect(batch.new == ["/t"])
    contents.observed("/t", .hash(8), touchCounts: false)
    #expect(contents.endBatch(["/t"]) { _ in .hash(8) }.new == [])
  }

  @Test("what was different for a moment has changed: a build may have read it")
  mutating func moment() {
    contents.observed("/a", .hash(9), touchCounts: false)
    contents.observed("/a", .hash(1), touchCounts: false)
    #expect(contents.endBatch(["/a"]) { _ in .hash(1) }.changed == ["/a"])
    #expect(!save("/a", .hash(1)))
  }

  @Test("a touch counts where it is asked for")
  mutating func touch() {
    #expect(save("/a", .hash(1), touchCounts: true))
    #expect(!save("/a", .hash(1)))
  }

  @Test("a file that was not watched for a while is not known")
  mutating func forgotten() {
    contents.keep(["/b"])
    #expect(!save("/b", .hash(2)))
    #expect(save("/a", .hash(1)))
  }
}
