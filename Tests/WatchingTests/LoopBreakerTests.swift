internal import Testing
internal import Watching

@Suite struct LoopBreakerTests {
  var breaker = LoopBreaker()
  var now = ContinuousClock.now
  let later: Duration = .seconds(100)

  /// Runs a build cycle whose build changes some files, creates others, and writes others without a change.
  /// Returns the files that are built at once.
  @discardableResult
  private mutating func cycle(
    _ changed: String..., new: [String] = [], unchanged: [String] = [],
    result: LoopBreaker.BuildResult = .unknown
  ) -> [String] {
    breaker.cycleBegan()
    breaker.buildBegan()
    breaker.changed(changed + new, at: now)
    breaker.written(unchanged)
    now += .milliseconds(10)
    breaker.buildEnded(result, at: now)
    breaker.cycleEnded(at: now)
    return breaker.takeBatch(changed + new, new: Set(new), unchanged: unchanged, at: now)
  }

  /// Saves a file while no build cycle is open.
  @discardableResult
  private mutating func save(_ paths: String...) -> [String] {
    now += later
    breaker.changed(paths, at: now, canBeOurs: false)
    return breaker.takeBatch(paths, at: now)
  }

  /// Returns the files that are due now, and at the next deadline if that is within `limit`.
  private mutating func due(within limit: Duration = LoopBreaker.grace) -> [String] {
    guard let deadline = breaker.deadline, deadline <= now + limit else { return [] }
    now = max(now, deadline)
    return breaker.takeDue(at: now)
  }

  @Test(
    "what the build writes again as it was, and changes with the saves, is an output from the second save on")
  mutating func rewritten() {
    #expect(cycle(new: ["out"]) == [])
    #expect(due() == ["out"])
    #expect(cycle(unchanged: ["out"]) == [])
    #expect(breaker.takeNews().outputs == [])
    #expect(save("src") == ["src"])
    #expect(cycle("out") == [])
    #expect(breaker.takeNews().outputs == ["out"])
    for _ in 1...20 {
      #expect(save("src") == ["src"])
      #expect(cycle("out") == [])
      #expect(breaker.deadline == nil)
    }
    #expect(breaker.takeNews().outputs == [])
  }

  @Test("so is what a build leaves alone that is made for its sake, if the program stays the same")
  mutating func incremental() {
    #expect(cycle(new: ["app", "main.o"]) == [])
    #expect(due() == ["app", "main.o"])
    #expect(cycle(result: .same) == [])
    #expect(save("main.c") == ["main.c"])
    #expect(cycle("app", "main.o") == [])
    #expect(breaker.takeNews().outputs.sorted() == ["app", "main.o"])
    #expect(breaker.deadline == nil)
  }

  @Test(
    "a save of an output counts while nothing is in progress, and then more is needed to call it one again")
  mutating func savedOutput() {
    rewritten()
    #expect(save("out") == ["out"])
    #expect(cycle("out") == ["out"])
    for _ in 1...3 {
      #expect(save("src") == ["src"])
      _ = cycle("out")
      _ = due()
      #expect(cycle(unchanged: ["out"]) == [])
    }
    #expect(save("src") == ["src"])
    #expect(cycle("out") == [])
    #expect(breaker.takeNews().outputs == ["out"])
  }

  @Test("a file that changes with every round has them come later and later, is named, and stops")
  mutating func loop() {
    _ = cycle(new: ["gen"])
    var waits: [Duration] = []
    while let deadline = breaker.deadline {
      waits.append(now.duration(to: deadline))
      now = deadline
      let due = breaker.takeDue(at: now)
      #expect(due == ["gen"] || breaker.deadline != nil || waits.count > 9)
      if due.isEmpty { continue }
      #expect(cycle("gen") == [])
    }
    #expect(waits.filter { $0 > .seconds(0) } == [LoopBreaker.grace] + LoopBreaker.cycleDelays.dropFirst())
    #expect(breaker.takeNews().looping == ["gen"])
    #expect(save("src") == ["src"])
    #expect(cycle("gen") == [])
    #expect(breaker.deadline == nil)
    #expect(save("gen") == ["gen"])
    #expect(cycle("gen") == ["gen"])
  }

  @Test("so has a file that changes as long after each round, where a program of ours may have written it")
  mutating func follower() {
    var (cycles, last) = (0, now)
    breaker.cycleBegan()
    breaker.cycleEnded(at: now)
    while cycles < 20 {
      now += .milliseconds(300)
      breaker.changed(["cache"], at: now)
      var taken = breaker.takeBatch(["cache"], at: now)
      if taken.isEmpty, let deadline = breaker.deadline {
        now = max(now, deadline)
        taken = breaker.takeDue(at: now)
      }
      if taken.isEmpty { break }
      (cycles, last) = (cycles + 1, now)
      breaker.cycleBegan()
      breaker.cycleEnded(at: now)
    }
    #expect(cycles == 6)
    #expect(breaker.takeNews().looping == ["cache"])
    #expect(last < now)
    #expect(save("cache") == ["cache"])
  }

  @Test(
    "saves of one file at the same pace are built at once, each, where no program of ours may have written it"
  )
  mutating func steady() {
    breaker.cycleBegan()
    breaker.cycleEnded(at: now)
    for _ in 1...LoopBreaker.lockstepLimit {
      now += .milliseconds(900)
      breaker.changed(["main"], at: now, canBeOurs: false)
      #expect(breaker.takeBatch(["main"], at: now) == ["main"])
      breaker.cycleBegan()
      now += .milliseconds(100)
      breaker.cycleEnded(at: now)
    }
    var (late, named): (Int, [String]) = (0, [])
    for _ in 1...20 {
      now += .milliseconds(900)
      breaker.changed(["main"], at: now, canBeOurs: false)
      if breaker.takeBatch(["main"], at: now).isEmpty {
        late += 1
        now = max(now, breaker.deadline ?? now)
        #expect(breaker.takeDue(at: now) == ["main"])
      }
      named += breaker.takeNews().slowed
      breaker.cycleBegan()
      breaker.cycleEnded(at: now)
    }
    #expect(late > 15)
    #expect(named == ["main"])
  }

  @Test("so are they where the file alone made another program of the sources")
  mutating func input() {
    save("main")
    for _ in 1...20 {
      cycle(result: .different)
      now += .milliseconds(5)
      breaker.changed(["main"], at: now)
      #expect(breaker.takeBatch(["main"], at: now) == ["main"])
    }
  }

  @Test("saves at any pace are built at once, each, whoever may have written them")
  mutating func unsteady() {
    breaker.cycleBegan()
    breaker.cycleEnded(at: now)
    for number in 1...20 {
      now += .milliseconds(number % 2 == 0 ? 900 : 1500)
      breaker.changed(["main"], at: now)
      #expect(breaker.takeBatch(["main"], at: now) == ["main"])
      breaker.cycleBegan()
      breaker.cycleEnded(at: now)
    }
  }

  @Test(
    "a file of another name with every round has them stop, too, and costs one more round after each save")
  mutating func otherNames() {
    _ = cycle(new: ["/d/out.0"])
    var cycles = 0
    while let deadline = breaker.deadline {
      now = max(now, deadline)
      if breaker.takeDue(at: now).isEmpty { continue }
      cycles += 1
      _ = cycle(new: ["/d/out.\(cycles)"])
    }
    #expect(cycles == LoopBreaker.cycleDelays.count)
    let named = breaker.takeNews().looping
    #expect(LoopBreaker.exclusions(for: named) == ["/d/out.*"])
    #expect(save("/d/src") == ["/d/src"])
    _ = cycle(new: ["/d/out.100"])
    #expect(due() == [])
    #expect(due(within: .seconds(10)) == ["/d/out.100"])
    _ = cycle(new: ["/d/out.101"])
    #expect(due() == [])
    #expect(breaker.deadline == nil)
    #expect(breaker.takeNews().looping == [])
  }

  @Test("a new file that is gone when the build is over was a temporary one; one that stays is built")
  mutating func temporary() {
    for (path, isThere) in [("new", false), ("newer", true)] {
      breaker.cycleBegan()
      breaker.buildBegan()
      breaker.changed([path], at: now)
      #expect(breaker.takeBatch([path], new: [path], at: now) == [])
      #expect(breaker.deadline == nil)
      breaker.buildEnded(.unknown, at: now)
      #expect(breaker.deadline == now + LoopBreaker.grace)
      breaker.cycleEnded(at: now)
      #expect(breaker.takeDue(at: now, exists: { _ in isThere }) == (isThere ? ["newer"] : []))
      if isThere { continue }
      breaker.changed([path], at: now)
      #expect(breaker.takeBatch([path], at: now, exists: { _ in false }) == [])
    }
  }

  @Test("saves during a build supersede it, each: of files that were saved before, and of a few others")
  mutating func newestWins() {
    #expect(save("a") == ["a"])
    breaker.cycleBegan()
    breaker.buildBegan()
    for path in ["a", "b", "a", "c", "a"] {
      breaker.changed([path], at: now)
      #expect(breaker.buildsAtOnce(path))
      #expect(breaker.takeBatch([path], at: now) == [path])
      breaker.cycleBegan()
      breaker.buildEnded(.none, at: now)
      breaker.buildBegan()
    }
  }

  @Test("a save takes up what waits")
  mutating func together() {
    #expect(save("a") == ["a"])
    breaker.cycleBegan()
    breaker.buildBegan()
    breaker.changed(["new", "gone"], at: now)
    #expect(breaker.takeBatch(["new", "gone"], new: ["new", "gone"], at: now) == [])
    breaker.changed(["a"], at: now)
    #expect(breaker.takeBatch(["a"], at: now, exists: { $0 != "gone" }) == ["a", "new"])
    breaker.cycleEnded(at: now)
    #expect(breaker.deadline == nil)
  }

  @Test("a file that only some rounds change is built whenever it does")
  mutating func interrupted() {
    for _ in 1...20 {
      for _ in 1...2 {
        #expect(save("main") == ["main"])
        let built = cycle("other")
        let waited = due()
        #expect(built + waited == ["other"])
        cycle()
      }
    }
  }

  @Test("a file that the build is writing is judged after the build, unless it is known for saves")
  mutating func beingWritten() {
    save("known")
    cycle(new: ["app"])
    #expect(due() == ["app"])
    breaker.cycleBegan()
    breaker.buildBegan()
    breaker.changed(["app", "known"], at: now)
    #expect(breaker.isBeingWritten("app") && !breaker.isBeingWritten("known"))
    breaker.buildEnded(.same, at: now)
    #expect(!breaker.isBeingWritten("app"))
  }
}
