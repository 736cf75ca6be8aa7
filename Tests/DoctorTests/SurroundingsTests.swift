import Serving
import Testing

@testable import Doctor

@Suite("The checks of the surroundings")
struct SurroundingsTests {
  @Test("a container is known by its files, its control groups or its variable")
  func containers() {
    #expect(Container(hasDockerFile: true).name == "Docker")
    #expect(Container(hasPodmanFile: true, variable: "podman").name == "Podman")
    #expect(Container(hasDockerFile: true, controlGroups: "0::/kubepods.slice/pod1").name == "Kubernetes")
    #expect(Container(controlGroups: "0::/docker/4711").name == "Docker")
    #expect(Container(controlGroups: "0::/lxc.payload.a").name == "LXC")
    #expect(Container(variable: "systemd-nspawn").name == "systemd-nspawn")
    #expect(Container(controlGroups: "0::/init.scope", variable: "", kernel: "6.18.44").name == nil)
  }

  @Test("a container is no problem, and says what matters in it")
  func containerAdvice() {
    #expect(Container(hasDockerFile: true).finding.severity == .ok)
    #expect(Container(hasDockerFile: true).finding.advice?.contains("watch.poll") == true)
    #expect(Container(kernel: "5.15.0-microsoft-standard-WSL2").finding.text == "this is WSL")
    #expect(Container().finding == .ok(.container, "this is no container"))
  }

  @Test("a port is a problem if hotreload wants it and another process has it")
  func ports() {
    func finding(_ state: WantedPort.State, isCertain: Bool = true) -> Finding {
      WantedPort(address: "127.0.0.1:80", origin: "swap.listen", isCertain: isCertain, state: state).finding
    }
    #expect(finding(.free) == .ok(.ports, "127.0.0.1:80 (swap.listen) is free"))
    let server = PortHolder(pid: 12, command: "python3 -m http.server")
    #expect(
      finding(.held(server)).text
        == "127.0.0.1:80 (swap.listen) is taken by process 12 (python3 -m http.server)")
    #expect(finding(.held(server)).severity == .problem)
    #expect(finding(.held(server), isCertain: false).severity == .warning)
    #expect(finding(.held(PortHolder(pid: 9, command: "hotreload session App"))).severity == .ok)
    #expect(finding(.unusable("Permission denied")).severity == .problem)
  }

  @Test("a terminal says whether it has colours, and why not")
  func terminal() {
    #expect(
      TerminalState(isTerminal: true, name: "xterm", columns: 80).finding.text
        == "xterm, 80 columns, with colours")
    #expect(
      TerminalState(isTerminal: true, name: "xterm", noColor: "1").finding.text
        == "xterm, without colours (NO_COLOR is set)")
    #expect(
      TerminalState(isTerminal: true, name: "dumb").finding.text == "dumb, without colours (TERM is dumb)")
    #expect(
      TerminalState(isTerminal: false, name: "xterm", wanted: "always").finding.text
        == "standard error is no terminal; lines are written with colours")
  }

  @Test("notifications are checked only if they are wanted")
  func notifications() {
    #expect(Finding.notification("never", program: nil, isTerminal: true) == nil)
    #expect(Finding.notification(nil, program: nil, isTerminal: true) == nil)
    #expect(Finding.notification("desktop", program: nil, isTerminal: true)?.severity == .warning)
    #expect(
      Finding.notification("desktop", program: "/usr/bin/notify-send", isTerminal: false)?.severity == .ok)
    #expect(Finding.notification("bell", program: nil, isTerminal: false)?.severity == .warning)
    #expect(Finding.notification("bell", program: nil, isTerminal: true)?.severity == .ok)
  }
}
