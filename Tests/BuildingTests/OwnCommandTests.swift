import LoopTestSupport
import Posix
import Reloader
import Settings
import Testing

@testable import Building

// Each in a process of its own, whose children all are the test's.
@Suite("A build by the project's own command")
struct OwnCommandTests {
  @Test("keeps a program of the project, and tells whether it is another")
  func program() async {
    await #expect(processExitsWith: .success) {
      try withLoop { loop, children in
        // A program of the machine, which a build may extend: that makes it another.
        let recipe = Recipe(command: .shell("rm -f app; cp /bin/true app; cat source >> app"))
        let project = try OwnProject(recipe, run: .arguments(["./app"]), loop, children)
        var kept: [Artifact] = []
        for (source, comparison) in [("one", BuildComparison.unknown), ("one", .same), ("two", .different)] {
          try project.write(source, to: "source")
          guard case .succeeded(let artifact)? = try project.outcome() else {
            Issue.record("failed")
            return
          }
          kept.append(artifact)
          #expect(project.comparisons.last == comparison)
          #expect(artifact.isKept && artifact.path.hasPrefix(project.root + "/"))
        }
        #expect(kept[0] == kept[1] && kept[1] != kept[2])
        #expect(!FileSystem.haveSameContent(kept[0].path, kept[2].path))
        #expect(FileSystem.haveSameContent(kept[2].path, project.root + "/app"))
        project.target.discard(kept[0])
        #expect(!FileSystem.exists(kept[0].path) && FileSystem.exists(kept[2].path))
      }
    }
  }

  @Test("a script's builds cannot be compared, and each makes a new program")
  func script() async {
    await #expect(processExitsWith: .success) {
      try withLoop { loop, children in
        let project = try OwnProject(
          Recipe(command: .shell("true")), run: .shell("sh server.sh"), loop, children)
        guard case .succeeded(let first)? = try project.outcome(),
          case .succeeded(let second)? = try project.outcome()
        else {
          Issue.record("failed")
          return
        }
        #expect(first != second && !first.isKept)
        #expect(project.comparisons.last == .unknown)
      }
    }
  }

  @Test("fails with what the command says, and is told again what was saved since it succeeded")
  func failure() async {
    await #expect(processExitsWith: .success) {
      try withLoop { loop, children in
        let text =
          "test ! -e broken || { echo 'source:1: it is broken'; exit 3; }; echo \"$HOTRELOAD_CHANGED\" > told"
        let project = try OwnProject(Recipe(command: .shell(text)), run: .shell("true"), loop, children)
        try project.write("", to: "broken")
        project.save("a")
        #expect(try project.outcome() == .failed)
        #expect(project.builder.complaints == ["source:1: it is broken"])
        #expect(project.builder.saved.changed == ["\(project.root)/a"])
        FileSystem.remove(project.root + "/broken")
        project.save("b")
        _ = try project.outcome()
        let told = String(decoding: try FileSystem.read(project.root + "/told"), as: UTF8.self)
        #expect(told == "\(project.root)/a\n\(project.root)/b\n")
        #expect(project.builder.saved.changed == [] && project.builder.saved.lastBuilt.count == 2)
        #expect(project.builder.complaints == [])
      }
    }
  }

  @Test("runs the commands before and after it, and not the next one when one has failed")
  func hooks() async {
    await #expect(processExitsWith: .success) {
      try withLoop { loop, children in
        let recipe = Recipe(
          command: .shell("echo build >> log; test ! -e broken"), before: .shell("echo before >> log"),
          after: .shell("echo after >> log"), variables: ["LANGUAGE=own"])
        let project = try OwnProject(recipe, run: .shell("true"), loop, children)
        _ = try project.outcome()
        try project.write("", to: "broken")
        #expect(try project.outcome() == .failed)
        let log = String(decoding: try FileSystem.read(project.root + "/log"), as: UTF8.self)
        #expect(log == "before\nbuild\nafter\nbefore\nbuild\n")
        #expect(project.writes == [true, true])
        #expect(
          project.builder.complaints.contains { $0.contains("'build.command'") && $0.contains("code 1") })
      }
    }
  }

  @Test("that is cancelled is not called failed, and can be begun again")
  func cancelled() async {
    await #expect(processExitsWith: .success) {
      try withLoop { loop, children in
        let text = "test -e second || { touch second; sleep 1000; }"
        let project = try OwnProject(Recipe(command: .shell(text)), run: .shell("true"), loop, children)
        #expect(
          try project.outcome { builder in
            func cancelOnceBegun() {
              if FileSystem.exists(project.root + "/second") { return builder.cancel() }
              loop.after(.milliseconds(1), cancelOnceBegun)
            }
            cancelOnceBegun()
          } == .cancelled)
        #expect(project.comparisons == [.none])
        guard case .succeeded? = try project.outcome() else {
          Issue.record("failed")
          return
        }
      }
    }
  }
}
