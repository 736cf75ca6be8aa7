import SwiftPM
import Testing

@Suite("What swift build prints")
struct BuildOutputTests {
  private func items(_ text: String) -> [BuildOutput.Item] {
    var output = BuildOutput()
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    return lines.flatMap { output.take($0, isComplete: true) } + output.finish()
  }

  @Test("a diagnostic that is printed for the module and for the file is shown once")
  func once() {
    let diagnostic = """
      /p/Sources/App/A.swift:1:24: error: cannot convert value
      1 | let greeting: String = 5
        |                        `- error: cannot convert value
      2 |
      """
    let text = """
      Building for debugging...
      error: emit-module command failed with exit code 1 (use -v to see invocation)
      [1/2] Emitting module App
      \(diagnostic)
      [2/2] Compiling App A.swift
      \(diagnostic)

      /p/Sources/App/A.swift:2:28: error: cannot find 'g' in scope
      """
    #expect(
      items(text) == [
        .step("[1/2] Emitting module App"),
        .diagnostic([
          "/p/Sources/App/A.swift:1:24: error: cannot convert value", "1 | let greeting: String = 5",
          "  |                        `- error: cannot convert value", "2 |",
        ]), .step("[2/2] Compiling App A.swift"),
        .diagnostic(["/p/Sources/App/A.swift:2:28: error: cannot find 'g' in scope"]),
      ])
  }

  @Test("what SwiftPM does to get dependencies is progress, not something to read")
  func resolution() {
    let lines = [
      "Fetching https://example.org/nio.git", "Fetched https://example.org/nio.git from cache (0.02s)",
      "Computing version for https://example.org/nio.git",
      "Computed https://example.org/nio.git at 2.1.0 (0.4s)",
      "Creating working copy for https://example.org/nio.git",
      "Working copy of https://example.org/nio.git resolved at 2.1.0",
    ]
    #expect(items(lines.joined(separator: "\n")) == lines.map { .step($0) })
  }

  @Test("a success says nothing but its steps")
  func quiet() {
    #expect(
      items("Building for debugging...\nBuild complete! (0.20s)\nBuild of product 'App' complete! (1s)") == []
    )
  }

  @Test("what the linker says is kept together")
  func linker() {
    let text =
      "error: link command failed with exit code 1 (use -v to see invocation)\nA.o: undefined symbol: f\nclang: error: failed"
    #expect(
      items(text) == [.diagnostic(["A.o: undefined symbol: f"]), .diagnostic(["clang: error: failed"])])
  }

  @Test("warnings about files of dependencies are nothing that the user can change")
  func dependencies() {
    let text = """
      warning: 'tracing': found 1 file(s) which are unhandled; explicitly declare them as resources
          /p/.build/checkouts/tracing/Sources/CMakeLists.txt
      warning: 'mine': found 1 file(s) which are unhandled; explicitly declare them as resources
          /p/Sources/App/notes.txt
      """
    #expect(
      items(text) == [
        .diagnostic([
          "warning: 'mine': found 1 file(s) which are unhandled; explicitly declare them as resources",
          "    /p/Sources/App/notes.txt",
        ])
      ])
  }

  @Test("what Swift Build says of its steps, and the commands that it has failed in, help nobody")
  func swiftBuild() {
    let text = """
      Constructing description
      Planning 1 / 66
      Planning deferred tasks
      Computing dependencies
      /p/Text.swift:3:18: error: cannot convert value of type 'String' to specified type 'Int'
      let wrong: Int = "x"
                       ^~~
      error: SwiftCompile normal x86_64 /p/Text.swift failed with a nonzero exit code. Command line:     cd /p
          \u{20}
      Failed frontend command:
      /opt/swift/usr/bin/swift-frontend -frontend -c -primary-file /p/Text.swift
      error: EmitSwiftModule normal x86_64 failed with a nonzero exit code. Command line:     cd /p
      /p/Text.swift:9:1: warning: unused
      error: Build failed
      """
    #expect(
      items(text) == [
        .diagnostic([
          "/p/Text.swift:3:18: error: cannot convert value of type 'String' to specified type 'Int'",
          "let wrong: Int = \"x\"", "                 ^~~",
        ]),
        .diagnostic(["/p/Text.swift:9:1: warning: unused"]),
      ])
  }

  @Test("another SwiftPM in the same directory is named at once, though its line has no end")
  func waiting() {
    var output = BuildOutput()
    let line = "Another instance of SwiftPM (PID: 4711) is already running using '/p/.build', waiting until"
    #expect(output.take(line, isComplete: false) == [.waiting(forPid: 4711)])
    #expect(output.take(line + " that process has finished", isComplete: false) == [])
  }
}
