import Foundation
import Posix
import Testing
import TestTraits

extension EndToEnd {
  @Suite("a build")
  struct BuildTests {
    @Test("are seen by the modules that import what was saved, however soon after the build before", .long)
    func soon() throws {
      try withPackage { package in
        try package.replace(
          package.root + "/Package.swift",
          """
          // swift-tools-version: 6.1
          import PackageDescription

          let package = Package(
            name: "Soon", targets: [.target(name: "Low"), .executableTarget(name: "App", dependencies: ["Low"])])

          """)
        try FileManager.default.removeItem(atPath: package.root + "/Sources/App")
        let app = "import Low\nprint(\"result: \\(MemoryLayout<Value>.size) of \\(count)\")\n"
        try package.makeDirectory(package.root + "/Sources/App", ["main.swift": app])
        func low(_ count: Int) -> String {
          let fields = (1...count).map { "  public var a\($0) = \($0)\n" }.joined()
          return "public struct Value {\n\(fields)}\npublic var count: Int { \(count) }\n"
        }
        try package.makeDirectory(package.root + "/Sources/Low", ["Low.swift": low(1)])
        let hotReload = try package.hotReload(["run", "--no-fast"])
        #expect(try hotReload.output.await("result: ") == "result: 8 of 1")
        for count in 2...8 {
          try package.replace(package.root + "/Sources/Low/Low.swift", low(count))
          #expect(try hotReload.output.await("result: ") == "result: \(count * 8) of \(count)")
        }
      }
    }

    @Test("that fails leaves the old code serving and shows each diagnostic once; the fix is swapped in")
    func failedBuild() throws {
      try withPackage { package in
        let hotReload = try package.serving()
        let old = try package.answer()
        try package.save("two", "#error this is not finished")
        try hotReload.await("behaviour.h:3:2: error: this is not finished")
        try hotReload.await("[hotreload] build failed after ")
        #expect(try package.answer() == old)
        try package.save("three")
        try hotReload.await("generation 2 is live after ")
        #expect(try package.answer().greeting == "three")
        let shown = hotReload.errors.lines(with: "this is not finished")
        #expect(shown.count == 2)  // the header, and the source that it quotes
        #expect(hotReload.errors.lines(with: "build failed").count == 1)
        let failure = try #require(hotReload.errors.lines(with: "build failed").first)
        #expect(failure.hasSuffix("; generation 1 stays live"))
      }
    }

    @Test("a build that fails shows once what the compiler says twice")
    func failedSwiftBuild() throws {
      try withPackage { package in
        let sources = package.root + "/Sources/App"
        for name in ["main.c", "behaviour.h"] {
          try package.move("\(sources)/\(name)", "\(package.directory)/\(name)")
        }
        try package.makeDirectory(
          sources, ["main.swift": "print(greeting)\n", "Greeting.swift": "let greeting: Text = \"one\"\n"])
        let hotReload = try package.hotReload(["run"])
        try hotReload.await("Greeting.swift:1:15: error: cannot find type")
        try hotReload.await("[hotreload] build failed after ")
        #expect(hotReload.errors.lines(with: "Greeting.swift:1:15: error: cannot find type").count == 1)
        try package.replace(sources + "/Greeting.swift", "let greeting = \"one\"\n")
        try hotReload.output.await("one")
        try hotReload.await("[hotreload] generation 1 exited; save a file to run it again")
      }
    }

    @Test("a first build that fails waits for the next save")
    func failedFirstBuild() throws {
      try withPackage { package in
        try package.save("one", "#error this is not finished")
        let hotReload = try package.hotReload(["run"])
        try hotReload.await("error: this is not finished")
        #expect(
          try hotReload.await("[hotreload] build failed after ").hasSuffix("; save a file to try again"))
        try package.save("two")
        try hotReload.await("generation 1 listens on 127.0.0.1:\(package.port)")
        #expect(try package.answer().greeting == "two")
      }
    }

    @Test("a manifest with an error waits for the next save")
    func brokenManifest() throws {
      try withPackage { package in
        let manifest = package.root + "/Package.swift"
        let good = try package.text(manifest)
        try package.replace(manifest, good + "unfinished\n")
        let hotReload = try package.hotReload(["run"])
        try hotReload.await("error: cannot find 'unfinished' in scope")
        #expect(
          try hotReload.await("[hotreload] build failed after ").hasSuffix("; save a file to try again"))
        try package.replace(manifest, good)
        try hotReload.await("generation 1 listens on")
        try package.replace(manifest, good + "unfinished\n")
        try hotReload.await("error: cannot find 'unfinished' in scope")
        #expect(
          try hotReload.await("; generation 1 stays live").hasPrefix("[hotreload] build failed after "))
        #expect(try package.answer().greeting == "one")
      }
    }

    @Test("that is under way at a save is ended, leaves no compiler, and the newest save is served")
    func supersededBuild() throws {
      try withPackage { package in
        let hotReload = try package.serving()
        let gate = try package.makeGate()
        try package.save("two", gate.include)
        try gate.awaitReader()
        #expect(package.processes.contains { $0.command.contains("clang") })
        try package.save("three")
        try hotReload.await("[hotreload] superseded by a newer save; building again")
        try hotReload.await("generation 2 is live after ")
        #expect(try package.answer().greeting == "three")
        #expect(package.processes.filter(\.builds) == [])
      }
    }

    @Test("that is under way at a save is ended, with what a command of the user's has started")
    func supersededCommand() throws {
      try withPackage { package in
        let gate = try package.makeGate()
        let isOpen = package.directory + "/open"
        try package.replace(isOpen, "")
        try package.replace(
          package.root + "/.reload.toml",
          "build.before = \"test -e \(isOpen) && exit; trap 'echo interrupted; exit 1' INT; cat \(gate.path)\"\n"
        )
        let hotReload = try package.serving()
        try FileManager.default.removeItem(atPath: isOpen)
        try package.save("two")
        try gate.awaitReader()
        try package.replace(isOpen, "")
        try package.save("three")
        try hotReload.await("interrupted")
        try hotReload.await("generation 2 is live after ")
        #expect(try package.answer().greeting == "three")
      }
    }

    @Test("has the files that were saved since the last that succeeded in HOTRELOAD_CHANGED")
    func changedFiles() throws {
      try withPackage { package in
        let settings = package.root + "/.reload.toml"
        let before = "build.before = \"echo changed: $HOTRELOAD_CHANGED.\"\n"
        try package.replace(settings, before)
        let hotReload = try package.serving()
        try hotReload.await("changed: .")
        try package.save("two", "#error this is not finished")
        try hotReload.await("changed: \(package.behaviour).")
        try hotReload.await("build failed after ")
        let main = package.root + "/Sources/App/main.c"
        try package.replace(main, package.text(main) + "// the end\n")
        try hotReload.await("changed: \(package.behaviour) \(main).")
        try hotReload.await("build failed after ")
        try package.replace(settings, before + "build.arguments = [\"-Xcc\", \"-DX\"]\n")
        try hotReload.await("changed: \(package.behaviour) \(main).")
        try hotReload.await("build failed after ")
        try package.save("three")
        try hotReload.await("generation 2 is live after ")
        try package.save("four")
        try hotReload.await("changed: \(package.behaviour).")
      }
    }

    @Test(
      "all files of a save are in the file that HOTRELOAD_CHANGED_FILE names, and it is said that the variable has fewer"
    )
    func manyChangedFiles() throws {
      try withPackage { package in
        let command = "wc -l <$HOTRELOAD_CHANGED_FILE; echo \\\"$HOTRELOAD_CHANGED\\\" | wc -l"
        try FileManager.default.removeItem(atPath: package.root + "/Package.swift")
        let server = "[\"python3\", \"-m\", \"http.server\", \"-b\", \"127.0.0.1\", \"\(package.port)\"]"
        try package.replace(
          package.root + "/.reload.toml", "build.command = \"\(command)\"\nrun.command = \(server)\n")
        let hotReload = try package.serving()
        let outside = package.directory + "/files"
        let name = String(repeating: "long", count: 20)
        let names = (1...3000).map { "\(name)-\($0).txt" }
        try package.makeDirectory(outside, Dictionary(uniqueKeysWithValues: names.map { ($0, "1") }))
        try package.move(outside, package.root + "/files")
        let warning = try hotReload.await("HOTRELOAD_CHANGED lists only the first ")
        #expect(
          warning.hasSuffix(" of 3000 changed files; the file that HOTRELOAD_CHANGED_FILE names lists all"))
        try hotReload.await("3000")
        try hotReload.await(" is live after ")
      }
    }

    @Test("that leaves the same program swaps nothing")
    func sameProgram() throws {
      try withPackage { package in
        let hotReload = try package.serving()
        let old = try package.answer()
        try package.save(header: package.header("one") + "// A comment changes no code.\n")
        try hotReload.await(": the program is the same")
        #expect(try package.answer() == old)
        try package.save("two")
        try hotReload.await("generation 2 is live after ")
      }
    }

    @Test(
      "that waits for another SwiftPM names its pid, once",
      arguments: ["later", "first"])
    func otherSwiftPM(build: String) throws {
      try withPackage { package in
        let swiftBuild = Command(
          path: "swift", arguments: ["swift", "build"], environment: package.environment(),
          directory: package.root,
          parentDeathSignal: 9)
        if build == "later" { try ChildProcess.silent(swiftBuild).awaitEnd() }
        let gate = try package.makeGate()
        try package.save("one", gate.include)
        let other = ChildProcess.silent(swiftBuild)
        try gate.awaitReader()
        let hotReload = try package.hotReload(["run"])
        let line = try hotReload.await("SwiftPM is already building here")
        // SwiftPM writes its pid only if the build directory existed before.
        let pid = build == "first" ? "" : " (pid \(try other.pid))"
        #expect(
          line
            == "warning: SwiftPM is already building here\(pid), perhaps in your editor or terminal; waiting for it to finish"
        )
        try gate.open()
        try other.awaitEnd()
        try hotReload.await("generation 1 listens on")
        #expect(hotReload.errors.lines(with: "already building here").count == 1)
      }
    }

    @Test("in release configuration runs what is built there")
    func releaseConfiguration() throws {
      try withPackage { package in
        try package.save("one", "#define BEFORE_LISTEN printf(\"run as %s\\n\", argv[0])")
        let hotReload = try package.serving("-c", "release")
        #expect(try hotReload.output.await("run as ").hasSuffix("/release/App"))
        #expect(!package.exists(package.root + "/.build/debug"))
      }
    }
  }
}
