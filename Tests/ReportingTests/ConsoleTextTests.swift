internal import Reloader
internal import Reporting
internal import Testing

@Suite("A line about files")
struct ConsoleTextTests {
  /// Returns what is printed.
  private func printed(_ report: (Console) -> Void) -> String {
    var text = ""
    report(Console(style: Style(isColored: false), isTerminal: false, verbosity: .verbose) { text += $0 })
    return text
  }

  @Test("has the number of the verb and the pronouns")
  func number() {
    #expect(
      printed { $0.delayed(["a"], for: .seconds(2)) }
        == "[hotreload] a keeps changing without a save; the next build for it waits 2 s\n")
    #expect(
      printed { $0.delayed(["a", "b"], for: .seconds(2)) }
        == "[hotreload] a, b keep changing without a save; the next build for them waits 2 s\n")
    #expect(
      printed { $0.buildLoop(["a"], stops: false, exclusions: ["a"]) } == """
        warning: a changes with every build or server start: builds for it are delayed from now on. To exclude it, set \
        watch.exclude = ["a"] in .reload.toml

        """)
    #expect(
      printed { $0.buildLoop(["a.1", "a.2"], stops: true, exclusions: ["a.*"]) } == """
        warning: a.1, a.2 change with every build or server start: the build, the server or a program that they start \
        seems to write them. From now on they start no build, except if saved while nothing is in progress. To exclude \
        them, set watch.exclude = ["a.*"] in .reload.toml

        """)
  }

  @Test("says who has written them")
  func writer() {
    #expect(printed { $0.selfWrites(["a"]) } == "[hotreload] ignoring a: written by the server\n")
    #expect(printed { $0.buildOutputs(["a", "b"]) } == "[hotreload] ignoring a, b: written by the build\n")
  }

  @Test("names the services that stay live after a failed build")
  func services() {
    func failed(_ serving: [ServiceID: Int]) -> String {
      printed {
        $0.serviceNames = [ServiceID(1): "api", ServiceID(2): "other"]
        $0.report(
          .buildFailed(.seconds(1), serving: serving), product: "", method: .fast)
      }
    }
    #expect(
      failed([ServiceID(1): 1])
        == "[hotreload] build failed after 1 s (fast); api: generation 1 stays live\n")
    #expect(
      failed([ServiceID(2): 2, ServiceID(1): 1])
        == "[hotreload] build failed after 1 s (fast); api: generation 1, other: generation 2 stay live\n")
  }

  @Test("says how the fast path built, or why it did not")
  func fastPath() {
    let build = FastBuildSummary(
      compiling: .milliseconds(405), linking: .milliseconds(31), compiled: ["a", "b", "c"],
      reused: ["d", "e"])
    #expect(
      printed { $0.fastBuild(of: nil, build) }
        == "[hotreload] compiled 3 sources in 405 ms (2 reused), linked in 31 ms\n")
    #expect(
      printed { $0.fastBuildFellBack(of: nil, "x has changed") }
        == "[hotreload] falling back to swift build: x has changed\n")
    #expect(
      printed { $0.fastBuildsPrepared(of: "App", blocker: "no link") }
        == "[hotreload] fast builds of App are not available: no link\n")
    #expect(printed { $0.fastBuildsPrepared(blocker: nil) } == "[hotreload] fast builds are ready\n")
  }
}
