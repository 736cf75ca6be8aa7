import FastPathPlan
import Testing

@Suite("The linker's command")
struct LinkerCommandTests {
  static let output = [
    "Swift version 6.3.1", "InstalledDir: /opt/swift/usr/bin",
    #" "/opt/swift/usr/bin/ld.lld" "-o" "/p/App" "/p/now.o" "-rpath=\$ORIGIN""#,
  ]

  private func read(_ lines: [String]) -> [String]? {
    LinkerCommand(lines, request: 0) { $0 == "/p/now.o" ? "/overlay/now.o" : $0 }?.words
  }

  @Test("is the one that clang prints")
  func printed() {
    #expect(
      read(Self.output) == [
        "/opt/swift/usr/bin/ld.lld", "-o", "/p/App", "/overlay/now.o", "-rpath=$ORIGIN",
      ])
    #expect(LinkerCommand.query(["clang", "a.o"]) == ["clang", "a.o", "-###"])
  }

  @Test(
    "is not taken from what is not understood",
    arguments: [
      [], ["clang: error: no such file or directory: 'a.o'"], Self.output + [Self.output[2]],
      [#" "/usr/bin/ld.gold" "a.o""#], [#" "/usr/bin/ld.lld" "@/tmp/response-1.txt""#],
      [#" "/usr/bin/ld.lld" "a.o"#],
    ])
  func notUnderstood(lines: [String]) { #expect(read(lines) == nil) }
}
