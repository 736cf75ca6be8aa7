import Testing

@testable import SwiftPM

@Suite("The terminals in which SwiftPM has planned")
struct KnownTerminalsTests {
  @Test("are known by their plan, the newest eight of them")
  func record() {
    var known = KnownTerminals()
    for plan in 0..<10 { known.record(["SHLVL=\(plan)"], of: Int64(plan)) }
    known.record(["SHLVL=7"], of: 3)
    known.record(["SHLVL=1"], of: nil)
    #expect(known.terminals.map(\.plan) == [nil, 3, 9, 8, 7, 6, 5, 4])
    #expect(known.session(of: 3) == ["SHLVL=7"])
    #expect(known.session(of: nil) == ["SHLVL=1"])
    #expect(known.session(of: 2) == nil)
  }

  @Test("are the same after they were written and read")
  func written() {
    var known = KnownTerminals()
    known.record(["_=/opt/ü/swift", "SSH_CONNECTION=1 2"], of: .min)
    known.record([], of: nil)
    #expect(KnownTerminals(json: Array(known.json.utf8)) == known)
  }

  @Test(
    "are none in a file that is not theirs",
    arguments: ["", "{", "[1]", #"{"plan":1}"#, #"[{"plan":"x","session":[]}]"#, "\0\0\0", #"[{"plan":1}]"#])
  func corrupt(text: String) {
    #expect(KnownTerminals(json: Array(text.utf8)) == KnownTerminals())
  }

  @Test("have no variables that are not a session's, whoever wrote the file")
  func foreign() {
    let json = #"[{"plan":1,"session":["LD_PRELOAD=/x","SHLVL=1","PATH=/x","TERM","TERM=a\u0000b"]}]"#
    #expect(KnownTerminals(json: Array(json.utf8)).session(of: 1) == ["SHLVL=1"])
  }

  private func choice(
    plan: Int64?, current: [String]? = nil, seen: [String]? = nil, ownIsPossible: Bool = true,
    known: [Int64: [String]] = [:]
  ) -> [String] {
    var terminals = KnownTerminals()
    for (plan, session) in known.sorted(by: { $0.key < $1.key }) { terminals.record(session, of: plan) }
    return TerminalChoice(
      known: terminals, plan: plan, own: ["own"], current: current, seen: seen, ownIsPossible: ownIsPossible
    ).session
  }

  @Test("give their session to the next build, if the last plan was made in one of them")
  func knownPlan() {
    #expect(choice(plan: 1, current: ["c"], seen: ["s"], known: [1: ["first"], 2: ["second"]]) == ["first"])
  }

  @Test("give way to whoever was seen to build, then to what hotreload used last, then to its own terminal")
  func unknownPlan() {
    let known: [Int64: [String]] = [1: ["first"]]
    #expect(choice(plan: 9, current: ["c"], seen: ["s"], known: known) == ["s"])
    #expect(choice(plan: 9, current: ["c"], known: known) == ["c"])
    #expect(choice(plan: 9, known: known) == ["own"])
    #expect(choice(plan: nil) == ["own"])
  }

  @Test("are better than hotreload's own terminal, if that was opened after the last plan")
  func newTerminal() {
    #expect(choice(plan: 9, ownIsPossible: false, known: [1: ["first"], 2: ["second"]]) == ["second"])
    #expect(choice(plan: 9, ownIsPossible: false) == ["own"])
  }
}
