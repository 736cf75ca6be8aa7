import Testing

@testable import Serving

@Suite("How a server is started")
struct LaunchTests {
  @Test("is with the inherited environment, and its own variables in place of those")
  func environment() {
    let launch = Launch(variables: ["B=own", "C=first", "C=last"], directory: "/")
    #expect(launch.environment(over: ["A=1", "B=2"]) == ["A=1", "B=own", "C=last"])
  }

  @Test("is with the program's arguments before its own")
  func arguments() {
    let program = Program(path: "/p/.App.hotreload-1-1", arguments: ["/p/App", "--first"])
    #expect(program.arguments(with: ["--more"]) == ["/p/App", "--first", "--more"])
    #expect(program.arguments(with: []) == ["/p/App", "--first"])
  }

  @Test("is by a shell with another text where there are arguments for it to pass on")
  func shell() {
    var program = Program(path: "/bin/sh", arguments: ["sh", "-c", "app", "sh"])
    program.textWithArguments = "app \"$@\""
    #expect(program.arguments(with: ["80"]) == ["sh", "-c", "app \"$@\"", "sh", "80"])
    #expect(program.arguments(with: []) == ["sh", "-c", "app", "sh"])
    program.textWithArguments = nil
    #expect(program.arguments(with: ["80"]) == ["sh", "-c", "app", "sh", "80"])
  }
}
