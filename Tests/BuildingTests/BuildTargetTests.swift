import FastPathRun
import LoopTestSupport
import Posix
import Reloader
import Settings
import SwiftPM
import Testing

@testable import Building

// Each in a process of its own, because of the children that a target may have.
@Suite("What is built and run")
struct BuildTargetTests {
  /// Calls `body` with a target, and with an empty directory as the project.
  private static func withTarget(_ runnable: Runnable, _ body: (BuildTarget, _ root: String) throws -> Void)
    throws
  {
    let root = "/tmp/hotreload-target-\(CurrentProcess.identifier)"
    try FileSystem.makeDirectories(root)
    defer { FileSystem.removeAll(root) }
    try withLoop { loop, children in
      let fast = FastBuilder(root: root, overlays: SharedOverlays(), loop: loop, children: children)
      try body(BuildTarget(runnable, fast: fast), root)
    }
  }

  private static func package(_ executables: String...) throws -> PackageDescription {
    let products = executables.map {
      "{\"name\": \"\($0)\", \"targets\": [\"\($0)\"], \"type\": {\"executable\": null}}"
    }
    return try PackageDescription(
      json: """
        {"path": "/p", "targets": [], "dependencies": [], "products": [\(products.joined(separator: ", ")),
         {"name": "Library", "targets": ["Library"], "type": {"library": ["automatic"]}}]}
        """)
  }

  @Test("is the only product, and stays that when another is added")
  func onlyProduct() async {
    await #expect(processExitsWith: .success) {
      try Self.withTarget(Runnable(product: nil, command: nil)) { target, _ in
        #expect(target.name == nil && target.product == nil)
        #expect(throws: ProductSelectionFailure.self) { try target.find(in: Self.package("App", "Tool")) }
        try target.find(in: Self.package("App"))
        #expect(target.name == "App" && target.product == "App")
        try target.find(in: Self.package("App", "Tool"))
        #expect(target.product == "App")
        #expect(throws: ProductSelectionFailure.self) { try target.find(in: Self.package("Server", "Tool")) }
      }
    }
  }

  @Test("is the product that is named, and another one from then on when another is")
  func namedProduct() async {
    await #expect(processExitsWith: .success) {
      try Self.withTarget(Runnable(product: "App", command: nil)) { target, root in
        #expect(target.name == "App" && target.isUnplaced)
        #expect(throws: ProductSelectionFailure.self) { try target.find(in: Self.package("Tool")) }
        try target.find(in: Self.package("App", "Tool"))
        target.place(in: root)
        #expect(target.path == "\(root)/App" && !target.isUnplaced)
        target.use(Runnable(product: "Tool", command: nil))
        #expect(target.name == "Tool" && target.product == nil && target.path == nil && target.isUnplaced)
      }
    }
  }

  @Test("is kept where builds put it, and what was saved is then built")
  func kept() async {
    await #expect(processExitsWith: .success) {
      try Self.withTarget(Runnable(product: "App", command: nil)) { target, root in
        #expect(throws: SystemError.self) { try target.keep(root: root) }
        target.place(in: root)
        try FileSystem.write("one", to: "\(root)/App")
        target.saved = ["/p/a.swift"]
        let first = try target.keep(root: root)
        #expect(first.isKept && target.newest == first && target.saved == [] && target.builtFast == [])
        #expect(try FileSystem.read(first.path) == Array("one".utf8))
        // The fast path puts its own beside, under another name.
        let other = try #require(target.linkOutputPath)
        try FileSystem.write("two", to: other)
        target.saved = ["/p/b.swift"]
        let second = try target.keep(madeBy: target, root: root)
        target.discardLinkOutput()
        #expect(try FileSystem.read(second.path) == Array("two".utf8))
        #expect(!FileSystem.exists(other) && target.builtFast == ["/p/b.swift"])
        target.saved = ["/p/c.swift"]
        _ = try target.keep(root: root)
        #expect(target.builtFast == [])  // SwiftPM has built it all
        // Programs of another product may still be running.
        target.use(Runnable(product: "Tool", command: nil))
        #expect(FileSystem.exists(first.path))
        target.discard(first)
        #expect(!FileSystem.exists(first.path) && FileSystem.exists(second.path))
        target.discardKept()
        #expect(FileSystem.names(in: root) == ["App"])
      }
    }
  }

  @Test("is kept, of a command, if it is a program of the project and all of the server")
  func commands() async {
    await #expect(processExitsWith: .success) {
      func isKept(_ command: SettingValue.CommandLine) throws -> Bool {
        var isKept = false
        try Self.withTarget(Runnable(product: nil, command: command)) { target, root in
          let root = try #require(FileSystem.realPath(root))
          try FileSystem.makeDirectories("\(root)/bin")
          try FileSystem.copy("/bin/true", to: "\(root)/bin/app")
          try FileSystem.copy("/bin/sh", to: "\(root)/bin/interpreter")
          try FileSystem.write("exit 0\n", to: "\(root)/script.sh")
          #expect(!target.isUnplaced)
          isKept = try target.keep(root: root).isKept
        }
        return isKept
      }
      let all = try [["bin/app"], ["./bin/../bin/app", "--port", "80"]].map { try isKept(.arguments($0)) }
      #expect(all == [true, true])
      let isOther = try isKept(.arguments(["/bin/true"]))
      let isSearchedFor = try isKept(.arguments(["app"]))
      // A script cannot be executed under another name as it is, and neither can what runs one.
      let isScript = try isKept(.arguments(["./script.sh"]))
      let isInterpreter = try isKept(.arguments(["./bin/interpreter", "script.sh"]))
      #expect(!isOther && !isSearchedFor && !isScript && !isInterpreter)
      let isShell = try isKept(.shell("./bin/app"))
      let isNothing = try isKept(.arguments([]))
      #expect(!isShell && !isNothing)
    }
  }
}
