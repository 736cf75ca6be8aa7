internal import Testing
internal import Watching

@Suite struct DebouncerTests {
  let start = ContinuousClock.now

  @Test("nothing is due while nothing has changed")
  func idle() {
    var debouncer = Debouncer(quiet: .milliseconds(30), limit: .seconds(2))
    debouncer.changed([], at: start)
    #expect(debouncer.deadline == nil)
    #expect(debouncer.takeBatch(at: start + .seconds(100)) == nil)
  }

  @Test("one save is due after the quiet time, and not before")
  func one() {
    var debouncer = Debouncer(quiet: .milliseconds(30), limit: .seconds(2))
    debouncer.changed(["/a"], at: start)
    #expect(debouncer.deadline == start + .milliseconds(30))
    #expect(debouncer.takeBatch(at: start + .milliseconds(29)) == nil)
    #expect(debouncer.takeBatch(at: start + .milliseconds(30)) == ["/a"])
    #expect(debouncer.deadline == nil)
    #expect(debouncer.takeBatch(at: start + .milliseconds(60)) == nil)
  }

  @Test("later changes put the batch off, and it comes sorted, each path once")
  func burst() {
    var debouncer = Debouncer(quiet: .milliseconds(30), limit: .seconds(2))
    debouncer.changed(["/c", "/a"], at: start)
    debouncer.changed(["/b", "/a"], at: start + .milliseconds(20))
    debouncer.changed([], at: start + .milliseconds(40))
    #expect(debouncer.takeBatch(at: start + .milliseconds(49)) == nil)
    #expect(debouncer.takeBatch(at: start + .milliseconds(50)) == ["/a", "/b", "/c"])
  }

  @Test("a batch that is put off is due then, or at the limit")
  func putOff() {
    var debouncer = Debouncer(quiet: .milliseconds(30), limit: .milliseconds(100))
    debouncer.changed(["/a"], at: start)
    debouncer.putOff(until: start + .milliseconds(60))
    #expect(debouncer.takeBatch(at: start + .milliseconds(59)) == nil)
    debouncer.putOff(until: start + .milliseconds(120))
    #expect(debouncer.deadline == start + .milliseconds(100))
    #expect(debouncer.takeBatch(at: start + .milliseconds(100)) == ["/a"])
  }

  @Test("changes that never end are cut into batches by the limit, counted from the first one")
  func limit() {
    var debouncer = Debouncer(quiet: .milliseconds(30), limit: .seconds(2))
    var batches: [Int] = []
    for step in 0..<500 {
      let now = start + .milliseconds(10 * step)
      if let batch = debouncer.takeBatch(at: now) {
        batches.append(step)
        #expect(batch.count == 200)
      }
      debouncer.changed(["/\(step)"], at: now)
    }
    #expect(batches == [200, 400])
  }

  @Test("the next batch has nothing of the last one")
  func next() {
    var debouncer = Debouncer(quiet: .zero, limit: .seconds(2))
    debouncer.changed(["/a"], at: start)
    #expect(debouncer.takeBatch(at: start) == ["/a"])
    debouncer.changed(["/b"], at: start + .seconds(9))
    #expect(debouncer.takeBatch(at: start + .seconds(9)) == ["/b"])
  }
}
