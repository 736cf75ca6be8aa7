import Foundation
import Posix
import Testing
import TestTraits

extension EndToEnd {
  @Suite("the fast path")
  struct FastPathTests {
    private func started(_ package: TemporaryPackage, _ options: String...) throws -> (
      ReferenceBuild, RunningHotReload
    ) {
      let reference = try ReferenceBuild(package)
      let hotReload = try package.hotReload(["run", "--verbose"] + options + ["App"])
      return (reference, hotReload)
    }

    private func replace(
      _ package: TemporaryPackage, modified: timespec? = nil, _ change: (inout EditedProgram) -> Void
    ) throws {
      var program = EditedProgram()
      let before = program.files
      change(&program)
      for (path, text) in program.files where before[path] != text {
        try package.replace("\(package.root)/\(path)", text, modified: modified)
      }
    }

    /// Takes the lock that SwiftPM holds while it builds.
    private func swiftPMLock(_ package: TemporaryPackage) throws -> Descriptor {
      let name = "\(package.root)/.build.lock".replacing("/", with: "_")
      return try Descriptor.open(NSTemporaryDirectory() + "/" + name, O_WRONLY)
    }

    /// Writes settings that run the products as services `one` and `two`.
    private func write(_ package: TemporaryPackage, services products: [String]) throws {
      let services = zip(["one", "two"], products).map {
        "[[service]]\nname = \"\($0)\"\nrun.product = \"\($1)\"\n"
      }
      try package.replace(package.root + "/.reload.toml", services.joined())
    }

    /// Saves twice, and waits until both services have taken up the saves.
    private func saveTwice(_ package: TemporaryPackage, _ hotReload: RunningHotReload) throws {
      for (generation, body) in [(2, 1), (3, 2)] {
        try replace(package) { $0[.body] = body }
        for name in ["one", "two"] {
          try hotReload.await("\(name): generation \(generation) exited; save a file")
        }
      }
    }

    @Test(
      "and 'swift build' compile what is saved twice within a second", .long,
      arguments: ["--fast", "--no-fast"])
    func sameSecond(way: String) throws {
      try withPackage { package in
        let (_, hotReload) = try started(package, way)
        try hotReload.await(
          way == "--fast" ? "fast builds are ready" : "fast builds are not available: 'build.fast' is false")
        var results = [try hotReload.output.await("result: ")]
        let second = time(nil) - 10
        for body in 1...2 {
          try replace(package, modified: timespec(tv_sec: second, tv_nsec: body)) { $0[.body] = body }
          results.append(try hotReload.output.await("result: "))
        }
        #expect(Set(results.map(ReferenceBuild.comparable)).count == 3)
        #expect(hotReload.errors.lines(with: "(fast)").count == (way == "--fast" ? 2 : 0))
      }
    }

    @Test("shows an error once, leaves the old program, and builds the fix")
    func errors() throws {
      try withPackage { package in
        let (_, hotReload) = try started(package)
        try hotReload.await("fast builds are ready")
        try replace(package) { $0[.mistake] = 2 }
        try hotReload.await("build failed after ")
        // The header, and the line below the source that it quotes.
        #expect(hotReload.errors.lines(with: "error: cannot find 'undefined' in scope").count == 2)
        #expect(hotReload.errors.lines(with: "falling back to swift build").isEmpty)
        try package.replace(
          package.root + "/Sources/App/Report.swift", EditedProgram().files["Sources/App/Report.swift"] ?? "")
        try hotReload.await("(fast)")
      }
    }

    @Test("links the libraries that a new import asks for, and no more when it is gone", .long)
    func libraries() throws {
      try withPackage { package in
        let (reference, hotReload) = try started(package)
        try hotReload.await("fast builds are ready")
        _ = try hotReload.output.await("result: ")
        for library in [1, 2, 0] {
          var program = EditedProgram()
          program[.library] = library
          try reference.save(program)
          let path = "Sources/App/Report.swift"
          try package.replace("\(package.root)/\(path)", program.files[path] ?? "")
          try hotReload.await("(fast)")
          let result = ReferenceBuild.comparable(try hotReload.output.await("result: "))
          let built = try reference.build().outcome
          #expect(built == .printed(result), "\(built) is not \(result)")
        }
      }
    }

    @Test("leaves C, resources and the manifest to swift build, and goes on after it", .long)
    func declines() throws {
      try withPackage { package in
        let (_, hotReload) = try started(package)
        try hotReload.await("fast builds are ready")
        let edits = [
          (
            "Sources/CLow/low.c", "#include \"CLow.h\"\nint low(void) { return 4; }\n",
            "low.c is not a Swift source"
          ),
          ("Sources/CLow/include/CLow.h", "int low(void); // here\n", "CLow.h is not a Swift source"),
          ("Sources/App/data.txt", "other\n", "data.txt is not a Swift source"),
          ("Package.swift", EditedProgram.manifest + "// changed\n", "Package.swift is not a Swift source"),
        ]
        for (path, text, reason) in edits {
          try package.replace("\(package.root)/\(path)", text)
          try hotReload.await("falling back to swift build: " + reason)
          try hotReload.await("fast builds are ready")
        }
        #expect(hotReload.errors.lines(with: "(fast)").isEmpty)
        try replace(package) { $0[.body] = 1 }
        try hotReload.await("(fast)")
      }
    }

    @Test(
      "takes sources that come, go, and are renamed, and leaves those to swift build of which the manifest speaks",
      .long
    )
    func comeAndGone() throws {
      try withPackage { package in
        let (reference, hotReload) = try started(package)
        try hotReload.await("fast builds are ready")
        _ = try hotReload.output.await("result: ")
        func awaitSameAsTwin() throws {
          try hotReload.await("(fast)")
          let result = ReferenceBuild.comparable(try hotReload.output.await("result: "))
          #expect(try reference.build().outcome == .printed(result))
        }
        var program = EditedProgram()
        program[.newFile] = 1
        try reference.save(program)
        let new = "Sources/Low/New.swift"
        try package.replace("\(package.root)/\(new)", program.files[new] ?? "")
        try awaitSameAsTwin()
        program[.fileName] = 1
        try reference.save(program)
        try package.move(
          package.root + "/Sources/App/Report.swift", package.root + "/Sources/App/Account.swift")
        try hotReload.await("built in ")
        program[.newFile] = 0
        try reference.save(program)
        unlink("\(package.root)/\(new)")
        try awaitSameAsTwin()
        #expect(hotReload.errors.lines(with: "falling back to swift build").isEmpty)
        let other = package.root + "/Sources/App/data.swift"
        try replaceManifest(package, ".copy(\"data.txt\")", ".copy(\"data.txt\"), /* data.swift */")
        try hotReload.await("fast builds are ready")
        try package.replace(other, "let other = 1\n")
        try hotReload.await(
          "falling back to swift build: the manifest mentions 'data.swift', so it may decide about data.swift"
        )
        try hotReload.await("fast builds are ready")
        unlink(other)
        try hotReload.await("the manifest mentions 'data.swift', so it may decide about data.swift")
      }
    }

    @Test("goes back to what was there before without a compiler")
    func undo() throws {
      try withPackage { package in
        let (_, hotReload) = try started(package)
        try hotReload.await("fast builds are ready")
        let first = ReferenceBuild.comparable(try hotReload.output.await("result: "))
        let path = package.root + "/Sources/Low/Generic.swift"
        let text = try package.text(path)
        var program = EditedProgram()
        program[.overload] = 1
        try package.replace(path, program.files["Sources/Low/Generic.swift"] ?? "")
        let second = ReferenceBuild.comparable(try hotReload.output.await("result: "))
        #expect(first != second)
        for round in 1...2 {
          try package.replace(path, text)
          try hotReload.await("compiled 0 sources")
          #expect(ReferenceBuild.comparable(try hotReload.output.await("result: ")) == first)
          if round == 2 { break }
          try package.replace(path, program.files["Sources/Low/Generic.swift"] ?? "")
          try hotReload.await("compiled 0 sources")
          #expect(ReferenceBuild.comparable(try hotReload.output.await("result: ")) == second)
        }
      }
    }

    @Test("makes a program once for all services that run it", .long)
    func services() throws {
      try withPackage { package in
        _ = try ReferenceBuild(package)
        try write(package, services: ["App", "App"])
        let hotReload = try package.hotReload(["run", "--verbose"])
        try hotReload.await("fast builds of App are ready")
        try saveTwice(package, hotReload)
        for _ in 1...6 { try hotReload.output.await("result: ") }
        #expect(hotReload.output.lines(with: "result: ").count == 6)
        #expect(hotReload.errors.lines(with: "(fast)").count == 2)
        #expect(hotReload.errors.lines(with: "falling back to swift build") == [])
        #expect(hotReload.errors.lines(with: "fast builds of App are ready").count == 1)
      }
    }

    @Test("makes two programs that share a module", .long)
    func sharedModule() throws {
      try withPackage { package in
        _ = try ReferenceBuild(package)
        try addTarget(package, "Other", settings: "")
        try write(package, services: ["App", "Other"])
        let hotReload = try package.hotReload(["run", "--verbose"])
        try hotReload.await("fast builds of App are ready")
        try hotReload.await("fast builds of Other are ready")
        try saveTwice(package, hotReload)
        for _ in 1...3 { try hotReload.output.await("Other: ") }
        #expect(hotReload.output.lines(with: "Other: ").count == 3)
        #expect(hotReload.errors.lines(with: "(fast)").count == 2)
        #expect(hotReload.errors.lines(with: "falling back to swift build") == [])
      }
    }

    private func replaceManifest(_ package: TemporaryPackage, _ old: String, _ new: String) throws {
      let manifest = EditedProgram.manifest.replacing(old, with: new, maxReplacements: 1)
      #expect(manifest != EditedProgram.manifest)
      try package.replace(package.root + "/Package.swift", manifest)
    }

    /// Adds an executable of one line, which uses `Low`.
    private func addTarget(_ package: TemporaryPackage, _ name: String, settings: String) throws {
      let target = ".executableTarget(name: \"\(name)\", dependencies: [\"Low\"]\(settings)),"
      try replaceManifest(package, "targets: [", "targets: [\n" + target)
      try package.makeDirectory(
        package.root + "/Sources/\(name)", ["main.swift": "import Low\nprint(\"\(name): \\(body())\")\n"])
    }

    @Test(
      "a program that it cannot make is made by swift build, also of what it makes for another service", .long
    )
    func otherService() throws {
      try withPackage { package in
        _ = try ReferenceBuild(package)
        try addTarget(
          package, "Strange",
          settings: ", linkerSettings: [.unsafeFlags([\"-Xlinker\", \"--no-undefined\"])]")
        try write(package, services: ["App", "Strange"])
        let hotReload = try package.hotReload(["run", "--verbose"])
        try hotReload.await(
          "fast builds of Strange are not available: the program is linked with -Xlinker --no-undefined")
        try saveTwice(package, hotReload)
      }
    }

    @Test(
      "leaves what is not watched to swift build: a source that came, a file of a resource, a header, the toolchain",
      .long
    )
    func unseen() throws {
      try withPackage { package in
        let outside = package.directory + "/outside"
        try package.makeDirectory(outside, ["value.h": "#define VALUE 3\n"])
        try package.replace(
          package.root + "/.reload.toml", "watch.exclude = [\"**/*.generated.swift\", \"**/*.css\"]\n")
        _ = try ReferenceBuild(package)
        try replaceManifest(package, ".copy(\"data.txt\")", ".copy(\"data.txt\"), .copy(\"public\")")
        let style = "/public/styles/app.css"
        try package.makeDirectory(package.root + "/Sources/App/public/styles", ["app.css": "one"])
        let hotReload = try package.hotReload(["run", "--verbose", "App"])
        try hotReload.await("fast builds are ready")
        try package.overwrite(package.root + "/Sources/App" + style, "two")
        try replace(package) { $0[.body] = 2 }
        try hotReload.await("falling back to swift build: \(package.root)/Sources/App\(style) has changed")
        try hotReload.await("fast builds are ready")
        #expect(try package.text(package.root + "/.build/debug/Edited_App.resources" + style) == "two")
        try package.replace(package.root + "/Sources/App/New.generated.swift", "let generated = 1\n")
        try replace(package) { $0[.body] = 1 }
        try hotReload.await("(fast)")
        try package.replace(
          package.root + "/Sources/CLow/low.c",
          "#include \"\(outside)/value.h\"\nint low(void) { return VALUE; }\n")
        try hotReload.await("fast builds are ready")
        try package.replace(outside + "/value.h", "#define VALUE 4\n")
        try replace(package) { $0[.body] = 2 }
        try hotReload.await("falling back to swift build: \(outside)/value.h has changed")
        try hotReload.await("fast builds are ready")
        let (_, text) = try ReferenceBuild.run(["/usr/bin/env", "swift", "--version"], package.environment())
        let version = try #require(text.firstMatch(of: /Swift version ([0-9.]+)/)).1
        // The package's directory, or one above it.
        let versionFile = package.root.parentPath + "/.swift-version"
        try package.replace(versionFile, "\(version)\n")
        try replace(package) { $0[.body] = 1 }
        try hotReload.await("falling back to swift build: \(versionFile) has changed")
        try hotReload.await("fast builds are ready")
        try replace(package) { $0[.body] = 2 }
        try hotReload.await("(fast)")
      }
    }

    @Test(
      "is not taken where a module imports another without a dependency, which SwiftPM does not know of",
      .long)
    func undeclared() throws {
      try withPackage { package in
        let (_, hotReload) = try started(package)
        try hotReload.await("fast builds are ready")
        try replaceManifest(
          package, "name: \"Middle\", dependencies: [\"Low\"]", "name: \"Middle\", dependencies: [\"CLow\"]")
        try hotReload.await(
          "fast builds are not available: module Middle imports Low, on which its target does not depend")
      }
    }

    @Test(
      "and swift build leave what the program does not need as it is, also if it cannot be compiled", .long)
    func notNeeded() throws {
      try withPackage { package in
        _ = try ReferenceBuild(package)
        try replaceManifest(package, "targets: [", "targets: [\n.target(name: \"Other\"),")
        try package.makeDirectory(package.root + "/Sources/Other", ["other.swift": "let other = undefined\n"])
        let hotReload = try package.hotReload(["run", "--verbose", "App"])
        try hotReload.await("fast builds are ready")
        try replace(package) { $0[.body] = 1 }
        try hotReload.await("(fast)")
        try package.replace(package.root + "/Sources/App/data.txt", "other\n")
        try hotReload.await("falling back to swift build: data.txt is not a Swift source")
        try hotReload.await("fast builds are ready")
      }
    }

    @Test("shows a warning of what it compiled before it was known that more was saved")
    func earlyWarning() throws {
      try withPackage { package in
        let (_, hotReload) = try started(package, "--debounce-limit", "10m")
        try hotReload.await("fast builds are ready")
        // More saves may follow while git changes the working tree.
        try package.makeDirectory(package.root + "/.git", ["index.lock": ""])
        try replace(package) { $0[.warning] = 1 }
        try eventually("the program") {
          let names = FileSystem.names(in: package.root + "/.build/debug")
          return names.contains { $0.hasPrefix(".App.hotreload-") && $0.hasSuffix("-0") }
        }
        try eventually("the end of its build") {
          let lock = try swiftPMLock(package)
          return FileSystem.lock(lock)
        }
        try replace(package) { $0[.library] = 1 }
        unlink(package.root + "/.git/index.lock")
        try hotReload.await("(fast)")
        #expect(hotReload.errors.lines(with: ": warning: ").count == 1)
      }
    }

    @Test("removes what it has made for a product that is gone, and what killed compilers have left", .long)
    func leftovers() throws {
      try withPackage { package in
        let (_, hotReload) = try started(package)
        try hotReload.await("fast builds are ready")
        let overlays = package.root + "/.build/hotreload/debug"
        let leftover = overlays + "/App/Low.build/Low.swift-1a2b3c4d.o.tmp"
        try package.replace(leftover, "")
        try package.makeDirectory(overlays + "/Renamed/Low.build", ["Low.swift.o": ""])
        symlink(package.root, overlays + "/Renamed/link")
        try package.replace(package.root + "/Sources/App/data.txt", "other\n")
        try hotReload.await("fast builds are ready")
        #expect(!package.exists(leftover))
        #expect(FileSystem.names(in: overlays) == ["App"])
        #expect(package.exists(package.root + "/Package.swift"))
      }
    }

    @Test("starts anew after somebody else's swift build", .long)
    func otherBuild() throws {
      try withPackage { package in
        let (_, hotReload) = try started(package)
        try hotReload.await("fast builds are ready")
        try replace(package) { $0[.body] = 1 }
        try hotReload.await("(fast)")
        let printed = ReferenceBuild.comparable(try hotReload.output.await("result: 8 "))
        #expect(try ReferenceBuild.build(package.root, package.environment()).outcome == .printed(printed))
        try replace(package) { $0[.body] = 2 }
        try hotReload.await("falling back to swift build: SwiftPM has built or planned since")
        try hotReload.await("fast builds are ready")
        try hotReload.output.await("result: 10 ")
        try replace(package) { $0[.body] = 1 }
        try hotReload.await("(fast)")
      }
    }

    @Test(
      "is not taken when it is switched off, or in a release build, and says why", .long,
      arguments: [
        ("build.fast = false", "'build.fast' is false"), ("build.after = \"true\"", "'build.after' needs"),
        ("build.configuration = \"release\"", "the fast path supports only debug builds"),
      ])
    func switchedOff(settings: String, reason: String) throws {
      try withPackage { package in
        _ = try ReferenceBuild(package)
        try package.replace(package.root + "/.reload.toml", settings + "\n")
        let hotReload = try package.hotReload(["run", "--verbose", "App"])
        try hotReload.await("fast builds are not available: " + reason)
        try replace(package) { $0[.body] = 1 }
        try hotReload.await("generation 2 exited; save a file")
        #expect(hotReload.errors.lines(with: "(fast)").isEmpty)
      }
    }

    @Test("declines without a word where nobody asks why; programs read it", .long)
    func silent() throws {
      try withPackage { package in
        _ = try ReferenceBuild(package)
        let events = package.directory + "/events"
        let hotReload = try package.hotReload(["run", "--events", events, "App"])
        try hotReload.await("generation 1 exited; save a file")
        try eventually("fast builds") {
          try package.text(events).contains(#""event":"fast-builds-prepared""#)
        }
        try package.replace(package.root + "/Sources/App/data.txt", "other\n")
        try hotReload.await("built in ")
        try hotReload.await("built in ")
        let declined = #/"event":"fast-build-declined","reason":".*data.txt is not a Swift source/#
        #expect(try package.text(events).contains(declined))
        for text in ["falling back to swift build", "fast builds", "(fast)", "has come"] {
          #expect(hotReload.errors.lines(with: text) == [])
        }
      }
    }

    @Test("leaves what cannot be linked to swift build, which says why, and goes on when it is mended", .long)
    func unlinkable() throws {
      try withPackage { package in
        let (_, hotReload) = try started(package)
        try hotReload.await("fast builds are ready")
        let path = package.root + "/Sources/App/Report.swift"
        let text = try package.text(path)
        try package.replace(
          path, text + "@_silgen_name(\"nowhere\") func nowhere()\nlet call: Void = nowhere()\n")
        try hotReload.await("falling back to swift build: ")
        try hotReload.await("build failed after ")
        #expect(!hotReload.errors.lines(with: "nowhere").filter { $0.contains("undefined") }.isEmpty)
        try package.replace(path, text)
        try hotReload.await("fast builds are ready")
        try replace(package) { $0[.body] = 1 }
        try hotReload.await("(fast)")
      }
    }

    @Test("compiles as many sources as are concerned")
    func many() throws {
      try withPackage { package in
        let (_, hotReload) = try started(package)
        try hotReload.await("fast builds are ready")
        try package.makeDirectory(
          package.root + "/Sources/Low",
          Dictionary(
            uniqueKeysWithValues: (1...60).map {
              ("More\($0).swift", "func more\($0)() -> String { \"\\(value())\" }\n")
            }))
        try hotReload.await("generation 2 exited; save a file")
        try replace(package) { $0[.returnType] = 1 }
        try hotReload.await("(fast)")
        try hotReload.await("generation 3 exited; save a file")
        #expect(hotReload.errors.lines(with: "falling back to swift build").isEmpty)
      }
    }

    @Test("links a dependency that was updated anew, and removes what it had linked of the old one", .long)
    func dependency() throws {
      try withPackage { package in
        let (_, hotReload) = try started(package)
        try hotReload.await("fast builds are ready")
        func libraries() -> [String] {
          FileSystem.names(in: package.root + "/.build/hotreload/debug/App").filter { name in
            name.hasSuffix(".so") && !name.contains("-ast-") && !name.contains("-cold-")
          }
        }
        let before = libraries()
        #expect(before.count == 1)
        let source = package.directory + "/Dependency/Sources/Dependency/Dependency.swift"
        try package.overwrite(source, package.text(source).replacing("\"base\"", with: "\"new base\""))
        let script = """
          cd '\(package.directory)/Dependency' && git -c user.name=t -c user.email=t@example.com commit -qam 2 && \
          git tag 1.0.1 && swift package --package-path '\(package.root)' update
          """
        let (ending, text) = try ReferenceBuild.run(["/bin/sh", "-c", script], package.environment())
        try #require(ending == .exited(0), "\(text)")
        try hotReload.output.await("new basenew base")
        try hotReload.await("fast builds are ready")
        try replace(package) { $0[.body] = 1 }
        try hotReload.await("(fast)")
        #expect(try hotReload.output.await("result: 8 ").contains("new basenew base"))
        // A kept program may still need the old library, as long as hotreload runs.
        #expect(libraries().count == 2)
        try hotReload.process.signal(SIGINT)
        _ = try hotReload.process.awaitEnd()
        let next = try package.hotReload(["run", "--verbose", "App"])
        try next.await("fast builds are ready")
        try next.process.signal(SIGINT)
        _ = try next.process.awaitEnd()
        #expect(libraries().count == 1)
        #expect(libraries() != before)
      }
    }

    @Test("holds SwiftPM's lock: a swift build beside it waits, and it makes way for one", .long)
    func lock() throws {
      try withPackage { package in
        let (_, hotReload) = try started(package)
        try hotReload.await("fast builds are ready")
        let path = package.root + "/Sources/App/Report.swift"
        let text = try package.text(path)
        let slow = (0..<25).map {
          "func slow\($0)() -> [Double] { [1, 2.5, 3].map { $0 * 2 + 1.5 - 3 * $0 } }\n"
        }
        try package.replace(path, text + slow.joined())
        try eventually("a compiler") { package.processes.contains { $0.command.contains("-primary-file") } }
        let (ending, output) = try ReferenceBuild.run(
          ["/usr/bin/env", "swift", "build", "--package-path", package.root], package.environment())
        #expect(ending == .exited(0), "\(output)")
        #expect(output.contains("Another instance of SwiftPM"))
        try hotReload.await("(fast)")
        try package.replace(path, text)
        try hotReload.await("falling back to swift build: SwiftPM has built or planned since")
        try hotReload.await("fast builds are ready")
        let lock = try swiftPMLock(package)
        let isLocked = FileSystem.lock(lock)
        try #require(isLocked)
        try replace(package) { $0[.body] = 1 }
        try hotReload.await("falling back to swift build: another SwiftPM process is building")
        try hotReload.await("SwiftPM is already building here")
        _ = consume lock
        try hotReload.output.await("result: 8 ")
      }
    }

    @Test("names files and lines in the backtrace of a crash", .long)
    func backtrace() throws {
      try withPackage { package in
        _ = try ReferenceBuild(package)
        let hotReload = try package.hotReload(
          ["run", "--verbose", "App"],
          environment: ["SWIFT_BACKTRACE": "enable=yes,interactive=no,color=no,cache=no"])
        try hotReload.await("fast builds are ready")
        try package.replace(
          package.root + "/Sources/App/Report.swift",
          (EditedProgram().files["Sources/App/Report.swift"] ?? "").replacing(
            "func library() -> String { ", with: "func library() -> String {\n  fatalError(\"here\")\n  "))
        try hotReload.await("(fast)")
        try hotReload.await("library() + ")
        try hotReload.await("\(package.root)/Sources/App/Report.swift:4:3")
      }
    }

    @Test("begins before it is known whether more is saved, and tells only of what is wanted", .long)
    func early() throws {
      try withPackage { package in
        let (reference, hotReload) = try started(package, "--debounce", "2s", "--debounce-limit", "1m")
        try hotReload.await("fast builds are ready")
        let first = try hotReload.output.await("result: ")
        let path = "Sources/App/Report.swift"
        let slow = (0..<500).map {
          "func slow\($0)() -> [Double] { [1, 2.5, 3].map { $0 * 2 + 1.5 - 3 * $0 } }\n"
        }
        func save(_ program: EditedProgram, _ more: String = "") throws {
          try package.replace("\(package.root)/\(path)", (program.files[path] ?? "") + more)
        }
        func awaitCompiler() throws {
          try eventually("a compiler") { package.processes.contains { $0.command.contains("-primary-file") } }
        }
        // A mistake that is repaired at once is not reported.
        var program = EditedProgram()
        program[.localOverload] = 1
        try save(program, slow.joined() + "let mistake: Int = \"\"\n")
        try awaitCompiler()
        try save(program)
        try hotReload.await("(fast)")
        let result = ReferenceBuild.comparable(try hotReload.output.await("result: "))
        try reference.save(program)
        #expect(try reference.build().outcome == .printed(result))
        // A change that is reverted at once has no later effect.
        program[.privateLayout] = 1
        try save(program, slow.joined())
        try awaitCompiler()
        program[.privateLayout] = 0
        try save(program)
        #expect(ReferenceBuild.comparable(try hotReload.output.await("result: ")) == result)
        let other = "Sources/Low/Shapes.swift"
        program[.body] = 2
        try package.replace("\(package.root)/\(other)", program.files[other] ?? "")
        try reference.save(program)
        #expect(
          try reference.build().outcome
            == .printed(ReferenceBuild.comparable(try hotReload.output.await("result: "))))
        #expect(hotReload.errors.lines(with: "error: ").isEmpty)
        #expect(hotReload.errors.lines(with: "(fast)").count == 3)
        #expect(ReferenceBuild.comparable(first) != result)
      }
    }

    @Test("leaves no compiler behind when it is ended, nor when a newer save comes")
    func cancelled() throws {
      try withPackage { package in
        let (_, hotReload) = try started(package)
        try hotReload.await("fast builds are ready")
        let report = package.root + "/Sources/App/Report.swift"
        let text = EditedProgram().files["Sources/App/Report.swift"] ?? ""
        // This code takes the type checker long.
        let slow = (0..<2000).map {
          "func slow\($0)() -> [Double] { [1, 2.5, 3].map { $0 * 2 + 1.5 - 3 * $0 } }\n"
        }
        try package.replace(report, text + slow.joined())
        try hotReload.await("Report.swift changed")
        try eventually("a compiler") { package.processes.contains { $0.command.contains("-primary-file") } }
        try package.replace(report, text + slow.joined() + "\n")
        try hotReload.await("superseded by a newer save; building again")
        try eventually("a compiler") { package.processes.contains { $0.command.contains("-primary-file") } }
        try hotReload.process.signal(SIGINT)
        #expect(try hotReload.process.awaitEnd() == .killed(SIGINT))
        try package.awaitNothingLeft()
      }
    }
  }
}
