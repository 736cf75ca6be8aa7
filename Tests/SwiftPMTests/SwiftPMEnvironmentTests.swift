import Testing

@testable import SwiftPM

@Suite("The environment of SwiftPM")
struct SwiftPMEnvironmentTests {
  private func environment(_ own: [String], fixed: Set<String> = []) -> SwiftPMEnvironment {
    SwiftPMEnvironment(own: own, fixed: fixed)
  }

  @Test(
    "is of the session where it names the terminal, the login or the shell, and the user's everywhere else")
  func names() {
    for name in [
      "_", "PWD", "OLDPWD", "SHLVL", "SSH_TTY", "TMUX_PANE", "KITTY_PID", "VSCODE_IPC_HOOK_CLI", "TERM",
    ] {
      #expect(SessionVariables.contains(name))
    }
    for name in [
      "PATH", "HOME", "LANG", "CI", "NO_COLOR", "SWIFTPM_BUILD_DIR", "TMPDIR", "SSH_KEY", "TERMS", "__", "",
      "SHLVL2",
    ] {
      #expect(!SessionVariables.contains(name))
    }
  }

  @Test(
    "has in '_' what the shell would give to swift, and in PWD the package's root, perhaps through a link")
  func fromShell() {
    let own = ["HOME=/h", "_=/usr/bin/hotreload", "PWD=/elsewhere", "SHLVL=1"]
    #expect(
      environment(own).asFromShell(root: "/p", swift: "/opt/bin/swift") { $0 == "/p" }
        == ["_=/opt/bin/swift", "PWD=/p", "SHLVL=1"])
    #expect(environment(["PWD=/link"]).asFromShell(root: "/p", swift: nil) { $0 == "/link" } == ["PWD=/link"])
    // fish sets no '_'.
    #expect(environment(["SHLVL=1"]).asFromShell(root: "/p", swift: "/swift") { _ in true } == ["SHLVL=1"])
  }

  @Test("takes on another session's variables, and loses those that this session has not")
  func session() {
    let own = ["HOME=/h", "TMUX=1", "SHLVL=2", "FEATURE=on"]
    #expect(
      environment(own).with(session: ["SHLVL=1", "SSH_TTY=/dev/pts/1"], mayFetch: false)
        == ["HOME=/h", "FEATURE=on", "SHLVL=1", "SSH_TTY=/dev/pts/1"])
  }

  @Test("takes on no variable that is not a session's")
  func foreign() {
    #expect(
      environment(["FEATURE=on"]).with(session: ["FEATURE=off", "OTHER=1"], mayFetch: false) == ["FEATURE=on"]
    )
  }

  @Test("keeps what the settings set")
  func fixed() {
    let own = environment(["TERM=dumb", "SHLVL=2"], fixed: ["TERM"])
    #expect(own.with(session: ["TERM=xterm", "SHLVL=1"], mayFetch: false) == ["TERM=dumb", "SHLVL=1"])
  }

  @Test("keeps the user's own agent where a dependency may have to be fetched")
  func agent() {
    let own = environment(["SSH_AUTH_SOCK=/tmp/2", "SHLVL=2"])
    let session = ["SSH_AUTH_SOCK=/tmp/1", "DISPLAY=:1", "SHLVL=1"]
    #expect(own.with(session: session, mayFetch: true) == ["SSH_AUTH_SOCK=/tmp/2", "SHLVL=1"])
    #expect(own.with(session: session, mayFetch: false) == session)
  }

  @Test("has swift where the shell finds it")
  func find() {
    func find(_ path: String, _ programs: Set<String>) -> String? {
      SwiftPMEnvironment.find("swift", in: ["A=1", path], isExecutable: programs.contains)
    }
    #expect(find("PATH=/a:/b", ["/b/swift"]) == "/b/swift")
    #expect(find("PATH=/a/:/b", ["/a/swift", "/b/swift"]) == "/a/swift")
    #expect(find("PATH=:/b", ["./swift"]) == "./swift")
    #expect(find("PATH=/a", []) == nil)
    #expect(find("NO_PATH=/a", ["/usr/bin/swift"]) == "/usr/bin/swift")
  }
}
