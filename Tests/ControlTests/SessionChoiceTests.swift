import Control
import Handoff
import Testing

@Suite("The session of a directory")
struct SessionChoiceTests {
  private func session(_ project: String, _ pid: CInt = 1) -> RuntimeDirectory.Session {
    RuntimeDirectory.Session(project: project, controlPath: "\(project)/\(pid)", pid: pid)
  }

  private func chosen(_ directory: String, _ all: RuntimeDirectory.Session...) -> [RuntimeDirectory.Session] {
    SessionChoice.sessions(of: directory, among: all)
  }

  @Test("is that of the directory, or of one above it")
  func above() {
    #expect(chosen("/a/b", session("/a/b")) == [session("/a/b")])
    #expect(chosen("/a/b/Sources/App", session("/a/b")) == [session("/a/b")])
    #expect(chosen("/a/b", session("/")) == [session("/")])
  }

  @Test("is none of a directory below, beside, or with a similar name")
  func others() {
    #expect(chosen("/a", session("/a/b")) == [])
    #expect(chosen("/a/bc", session("/a/b")) == [])
  }

  @Test("is the innermost one, and may be several of the same project")
  func innermost() {
    #expect(
      chosen("/a/b/c", session("/a"), session("/a/b"), session("/a/b", 2)) == [
        session("/a/b"), session("/a/b", 2),
      ])
  }
}
