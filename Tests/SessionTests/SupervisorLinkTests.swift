import Glibc
import Posix
import Testing

@testable import Session

@Suite("What the working process says to its supervisor")
struct SupervisorLinkTests {
  @Test("is understood as it was meant", arguments: ["READY=1", "STATUS=two words\nSTOPPING=1", ""])
  func notification(text: String) {
    guard case .notify(text) = SupervisorLink.Message(SupervisorLink.Message.notify(text).text) else {
      Issue.record("not understood")
      return
    }
    guard case .heard = SupervisorLink.Message(SupervisorLink.Message.heard.text) else {
      Issue.record("not understood")
      return
    }
  }

  @Test("says whether keys are wanted", arguments: [true, false])
  func keys(areWanted: Bool) {
    guard case .keys(areWanted) = SupervisorLink.Message(SupervisorLink.Message.keys(areWanted).text),
      case .input = SupervisorLink.Message(SupervisorLink.Message.input.text),
      case .edit = SupervisorLink.Message(SupervisorLink.Message.edit.text)
    else {
      Issue.record("not understood")
      return
    }
  }

  private static let notices: [SupervisorLink.Notice] =
    [.edited(0), .edited(127), .reading(true), .reading(false), .stopping, .continued, .resized]
    + Key.allCases.map(SupervisorLink.Notice.key)

  @Test("is answered with notices", arguments: notices)
  func notice(_ notice: SupervisorLink.Notice) {
    #expect(SupervisorLink.Notice(notice.text) == notice)
  }

  @Test(
    "is not answered with anything else", arguments: ["", "key", "key x", "edited", "edited x", "other r"])
  func unknownNotice(text: String) { #expect(SupervisorLink.Notice(text) == nil) }

  @Test("is nothing else", arguments: ["", "unknown", "hear", "heard2", "NOTIFY x"])
  func unknown(text: String) { #expect(SupervisorLink.Message(text) == nil) }

  @Test("is said over standard input, if a supervisor has started the process")
  func standardInput() async {
    await #expect(processExitsWith: .success) {
      let loop = try EventLoop()
      #expect(SupervisorLink(loop: loop) == nil)  // a test has none
      let pair = try SocketPair(.records)
      #expect(dup2(pair.remote.number, STDIN_FILENO) == STDIN_FILENO)
      let supervisor = RecordSocket(pair.takeLocal())
      let link = try #require(SupervisorLink(loop: loop))
      link.send(.notify("READY=1"))
      link.keepSayingHeard()
      var texts: [String] = []
      while case .record(let text, _) = try supervisor.receive() { texts.append(text) }
      #expect(texts == ["notify READY=1", "heard"])
      _exit(0)  // the supervisor is not to be gone before
    }
  }
}
