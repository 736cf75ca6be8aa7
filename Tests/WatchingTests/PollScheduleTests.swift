internal import Testing
internal import Watching

@Suite struct PollScheduleTests {
  var schedule = PollSchedule(interval: .milliseconds(500), quiet: .milliseconds(30))

  @Test("looks take no more than a sixtieth of the time")
  mutating func bounded() {
    #expect(schedule.turned(took: .milliseconds(4), found: false, isComplete: true) == .milliseconds(500))
    #expect(schedule.turned(took: .milliseconds(10), found: false, isComplete: true) == .milliseconds(600))
  }

  @Test("the turns of one look are taken together, and follow each other at once")
  mutating func turns() {
    #expect(schedule.turned(took: .milliseconds(4), found: false, isComplete: false) == .zero)
    #expect(schedule.turned(took: .milliseconds(4), found: false, isComplete: false) == .zero)
    #expect(schedule.turned(took: .milliseconds(4), found: false, isComplete: true) == .milliseconds(720))
  }

  @Test("after a change everything is looked at again soon, until a whole look has found nothing")
  mutating func confirmation() {
    _ = schedule.turned(took: .milliseconds(4), found: true, isComplete: false)
    #expect(!schedule.isConfirmed)
    #expect(schedule.turned(took: .milliseconds(4), found: false, isComplete: true) == .milliseconds(30))
    #expect(!schedule.isConfirmed)
    _ = schedule.turned(took: .milliseconds(4), found: false, isComplete: false)
    #expect(!schedule.isConfirmed)
    _ = schedule.turned(took: .milliseconds(1), found: false, isComplete: true)
    #expect(schedule.isConfirmed)
  }

  @Test("what is in doubt is confirmed by a whole look that began later")
  mutating func doubt() {
    schedule.doubt()
    #expect(!schedule.isConfirmed)
    _ = schedule.turned(took: .milliseconds(4), found: false, isComplete: true)
    #expect(schedule.isConfirmed)
    _ = schedule.turned(took: .milliseconds(4), found: false, isComplete: false)
    schedule.doubt()
    _ = schedule.turned(took: .milliseconds(4), found: false, isComplete: true)
    #expect(!schedule.isConfirmed)
    _ = schedule.turned(took: .milliseconds(4), found: false, isComplete: true)
    #expect(schedule.isConfirmed)
  }
}
