import Building
import FastPathRun
import LoopTestSupport
import Posix
import Reloader
import Serving
import Settings
import Testing

@testable import Session

// In a process of its own, because of the children that a target may have.
@Suite("What is executed for an artifact")
struct ExecutedProgramTests {
  @Test("is the kept file under the name that the user knows, or the command")
  func program() async {
    await #expect(processExitsWith: .success) {
      try withLoop { loop, children in
        let fast = FastBuilder(root: "/p", overlays: SharedOverlays(), loop: loop, children: children)
        let kept = Artifact(path: "/p/.build/debug/.App.hotreload-1-1")
        let target = BuildTarget(Runnable(product: "App", command: nil), fast: fast)
        let product = target.program(of: kept)
        #expect(product.path == kept.path && product.arguments == [kept.path])
        #expect(!product.isShell && !product.isLauncher)

        target.use(Runnable(product: nil, command: .arguments(["./app", "--x"])))
        let own = target.program(of: kept)
        #expect(own.path == kept.path && own.arguments == ["./app", "--x"] && own.isLauncher && !own.isShell)
        let notKept = target.program(of: Artifact(path: "command 1"))
        #expect(notKept.path == "./app" && notKept.arguments == ["./app", "--x"])

        target.use(Runnable(product: nil, command: .shell("./app --x")))
        let shell = target.program(of: Artifact(path: "command 2"))
        #expect(shell.path == "/bin/sh" && shell.arguments == ["sh", "-c", "./app --x", "sh"])
        #expect(shell.isShell && shell.isLauncher && shell.textWithArguments == "./app --x \"$@\"")
      }
    }
  }
}
