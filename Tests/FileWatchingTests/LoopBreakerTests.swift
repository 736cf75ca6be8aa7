internal import FileWatching
internal import Testing

@Suite struct LoopBreakerTests {
  var breaker = LoopBreaker()
  var now = ContinuousClock.now

  /// A round in which these files change, each in a batch of its own; returns what is to be built.
  @discardableResult
  private mutating func round(_ paths: String...) -> (wanted: [String], held: [String], proven: [String]) {
    breaker.roundBegan()
    breaker.changed(paths, at: now)
    let (wanted, held) = breaker.filter(paths, at: now)
    breaker.roundEnded(at: now)
    return (wanted, held, breaker.takeProven())
  }

  /// A save while nothing is built.
  private mutating func save(_ path: String) -> [String] {
    breaker.changed([path], at: now)
    return breaker.filter([path], at: now).wanted
  }

  private mutating func makeHeld() {
    for _ in 1..<LoopBreaker.limit { #expect(round("gen").wanted == ["gen"]) }
    let last = round("gen")
    #expect(last.wanted == [])
    #expect(last.held == ["gen"])
  }

  @Test("a file that changes in every round is held, tried once more when it is quiet, and then left alone")
  mutating func loop() {
    makeHeld()
    #expect(breaker.deadline == now + LoopBreaker.quiet)
    #expect(breaker.due(at: now) == [])
    now += LoopBreaker.quiet
    #expect(breaker.due(at: now) == ["gen"])
    #expect(breaker.deadline == nil)
    let tried = round("gen")
    #expect(tried.wanted == [])
    #expect(tried.proven == ["gen"])
    for _ in 1...20 { #expect(round("gen") == ([], [], [])) }
    #expect(breaker.deadline == nil)
  }

  @Test("a file that is seen to have changed only after the round is held, too")
  mutating func late() {
    for count in 1...LoopBreaker.limit {
      round()
      breaker.changedInRound(["gen"], at: now)
      #expect(breaker.filter(["gen"], at: now).held == (count < LoopBreaker.limit ? [] : ["gen"]))
    }
    now += LoopBreaker.quiet
    #expect(breaker.due(at: now) == ["gen"])
    round()
    breaker.changedInRound(["gen"], at: now)
    #expect(breaker.takeProven() == ["gen"])
  }

  @Test("a save while nothing is built counts, also of a file that is left alone")
  mutating func savedAgain() {
    makeHeld()
    #expect(save("gen") == ["gen"])
    #expect(breaker.deadline == nil)
    makeHeld()
    now += LoopBreaker.quiet
    _ = breaker.due(at: now)
    round("gen")
    #expect(save("other") == ["other"])
    #expect(round("gen").wanted == [])
    #expect(save("gen") == ["gen"])
    #expect(round("gen").wanted == ["gen"])
  }

  @Test("the last of many saves during builds is built: the file was quiet in the round made for it")
  mutating func busyEditor() {
    makeHeld()
    now += LoopBreaker.quiet
    #expect(breaker.due(at: now) == ["gen"])
    #expect(round().proven == [])
    #expect(save("gen") == ["gen"])
    for _ in 1..<LoopBreaker.limit { #expect(round("gen").wanted == ["gen"]) }
  }

  @Test("a file is not held while a round passes without it, or somebody saves in between")
  mutating func interrupted() {
    for _ in 1...20 {
      for _ in 1..<LoopBreaker.limit { #expect(round("gen").wanted == ["gen"]) }
      round()
      for _ in 1..<LoopBreaker.limit { #expect(round("gen").wanted == ["gen"]) }
      #expect(save("main") == ["main"])
    }
  }

  @Test("two files that take turns are both held; another one is built")
  mutating func two() {
    for _ in 1..<LoopBreaker.limit { #expect(round("a", "b").wanted == ["a", "b"]) }
    let last = round("a", "b", "main")
    #expect(last.wanted == ["main"])
    #expect(last.held == ["a", "b"])
  }

  @Test("a held file that changes in a long round is waited for from the end of that on")
  mutating func longRound() {
    makeHeld()
    breaker.roundBegan()
    #expect(breaker.deadline == nil)
    now += .seconds(60)
    breaker.changed(["gen"], at: now)
    now += .seconds(60)
    breaker.roundEnded(at: now)
    #expect(breaker.deadline == now + LoopBreaker.quiet)
  }

  @Test("a round that is begun anew while it is open goes on: its files keep their counts")
  mutating func cancelled() {
    for number in 1...LoopBreaker.limit {
      breaker.roundBegan()
      breaker.changed(["gen"], at: now)
      #expect(breaker.filter(["gen"], at: now).wanted == (number < LoopBreaker.limit ? ["gen"] : []))
    }
  }
}
