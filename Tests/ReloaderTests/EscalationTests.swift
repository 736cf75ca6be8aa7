import Reloader
import Testing

@Suite("The end of the working process")
struct EscalationTests {
  @Test("takes its own time as long as it says that it is at it")
  func patient() {
    var escalation = Escalation()
    #expect(escalation.heard() == [])
    #expect(escalation.signalled() == [.forward, .wait(Escalation.silence)])
    for _ in 1...100 { #expect(escalation.heard() == [.wait(Escalation.silence)]) }
  }

  @Test("is made when it says nothing")
  func silent() {
    var escalation = Escalation()
    _ = escalation.signalled()
    #expect(escalation.due() == [.kill(isSilent: true)])
  }

  @Test("is made soon after the second signal, and at once after the third")
  func insisted() {
    var escalation = Escalation()
    _ = escalation.signalled()
    #expect(escalation.signalled() == [.forward, .wait(Escalation.graceWithoutResponse)])
    #expect(escalation.heard() == [])
    #expect(escalation.due() == [.kill(isSilent: false)])
    #expect(escalation.signalled() == [.forward, .kill(isSilent: false)])
  }

  @Test("has a moment after the second signal, if it has listened to the first")
  func listened() {
    var escalation = Escalation()
    _ = escalation.signalled()
    _ = escalation.heard()
    #expect(escalation.signalled() == [.forward, .wait(Escalation.graceAfterResponse)])
    #expect(escalation.heard() == [])
  }
}
