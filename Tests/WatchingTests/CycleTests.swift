import Testing

@testable import Watching

@Suite("The time of a build cycle")
struct CycleTests {
  private var cycle = Cycle()
  private let now = ContinuousClock.now

  init() {
    cycle.began(time: 10)
    cycle.buildBegan(writesFiles: true, time: 20)
    cycle.buildEnded(.unknown, at: now, time: 30)
    cycle.ended(at: now, time: 40)
  }

  private mutating func observe(changedAt time: Int64?) -> LoopBreaker.Circumstance? {
    cycle.observed(
      ["/a"], at: now + .seconds(100), differs: { _ in true }, isNew: { _ in false },
      changeTime: { _ in time }, canBeOurs: { false })
    return cycle.breaker.circumstances["/a"]
  }

  @Test("decides in which of its phases a polled file has changed", arguments: [20, 30])
  mutating func build(time: Int64) { #expect(observe(changedAt: time) == .inCycle(1, .build)) }

  @Test("has a phase before and one after the build", arguments: [10, 19, 31, 40])
  mutating func start(time: Int64) { #expect(observe(changedAt: time) == .inCycle(1, .start)) }

  @Test("has no part of what changed before it or after it, or is gone", arguments: [9, 41, nil])
  mutating func outside(time: Int64?) { #expect(observe(changedAt: time) == .save) }

  @Test("does not matter where the kernel reports changes at once")
  mutating func immediate() {
    cycle.observed(
      ["/a"], at: now + .seconds(100), differs: { _ in true }, isNew: { _ in false }, changeTime: nil,
      canBeOurs: { false })
    #expect(cycle.breaker.circumstances["/a"] == .save)
  }

  @Test("has no build phase if the build runs no commands of the user")
  mutating func quiet() {
    cycle.buildBegan(writesFiles: false, time: 20)
    #expect(observe(changedAt: 25) == .inCycle(1, .start))
  }

  @Test("begins and ends once, however often it is told")
  mutating func again() {
    cycle.began(time: 50)
    cycle.began(time: 60)
    cycle.ended(at: now, time: 70)
    cycle.ended(at: now, time: 80)
    #expect(observe(changedAt: 50) == .inCycle(2, .start))
    var other = self
    #expect(other.observe(changedAt: 75) == .save)
  }
}
