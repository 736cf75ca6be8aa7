import Foundation
import Testing
import TestTraits

extension EndToEnd {
  @Suite("a start")
  struct StartTests {
    @Test("on a taken port names the process that has it; the next save tries again")
    func portTaken() throws {
      try withPackage { package in
        let listener = try Ports.Listener(port: package.port)
        let hotReload = try package.hotReload(["run"])
        let command = CommandLine.arguments.joined(separator: " ")
        #expect(
          try hotReload.await("error: ") == """
            error: the server cannot listen on 127.0.0.1:\(package.port): Address already in use, by process \
            \(getpid()) (\(command)); stop it, or let the server listen elsewhere
            """)
        try hotReload.await("[hotreload] generation 1 exited with code 1; save a file to start it again")
        listener.close()
        try package.save("two")
        try hotReload.await("generation 2 listens on 127.0.0.1:\(package.port)")
        #expect(try package.answer().greeting == "two")
      }
    }

    @Test(
      "keeps the library where LD_PRELOAD can name it, and it may be written", .long,
      arguments: ["/a home", "/a:home", nil])
    func home(name: String?) throws {
      try withPackage { package in
        let home = name.map { package.directory + $0 }
        let hotReload = try package.hotReload(["run"], environment: ["HOME": home, "XDG_CACHE_HOME": nil])
        try hotReload.await("generation 1 listens on")
        #expect(hotReload.errors.lines(with: "LD_PRELOAD") == [])
      }
    }

    /// Whether file systems can be mounted for a test alone (unshare(1)).
    static let canMount: Bool = {
      let probe = Process()
      probe.executableURL = URL(filePath: "/bin/sh")
      probe.arguments = ["-c", "unshare -m sh -c 'mount -t tmpfs -o noexec tmpfs /mnt' 2>/dev/null"]
      return (try? probe.run()).map { _ in probe.waitUntilExit() } != nil && probe.terminationStatus == 0
    }()

    /// The directories in which the library is kept are on file systems that are mounted with `noexec`.
    @Test(
      "keeps the library where servers can load it", .long,
      .enabled(if: canMount, "needs to mount file systems"),
      arguments: [["$HOME"], ["$HOME", "/tmp/hotreload-cache-$(id -u)"]])
    func noexec(places: [String]) throws {
      try withPackage { package in
        let home = package.directory + "/home"
        try package.makeDirectory(home)
        let mounts = places.map { "mkdir -p -m 700 \($0) && mount -t tmpfs -o noexec,mode=700 tmpfs \($0)" }
        let hotReload = try package.hotReload(
          ["run"], environment: ["HOME": home, "XDG_CACHE_HOME": nil],
          shell:
            "exec unshare -m sh -c '\(mounts.joined(separator: " && ")) && exec \"$0\" \"$@\"' \"$0\" \"$@\"")
        try hotReload.await("generation 1 listens on")
        let load = package.load()
        try package.save("two")
        try hotReload.await("generation 2 is live after ")
        #expect(try load.end() == [:])
        #expect(hotReload.errors.lines(with: "LD_PRELOAD") == [])
      }
    }

    @Test("puts the library into no directory that others may write to")
    func openCache() throws {
      try withPackage { package in
        let cache = package.directory + "/home/.cache/hotreload"
        try package.makeDirectory(cache)
        chmod(cache, 0o777)
        let hotReload = try package.hotReload(
          ["run"], environment: ["HOME": package.directory + "/home", "XDG_CACHE_HOME": nil])
        try hotReload.await("generation 1 listens on")
        try package.save("two")
        try hotReload.await("generation 2 is live after ")
        #expect(try FileManager.default.contentsOfDirectory(atPath: cache) == [])
      }
    }

    /// A command line for which no product can be run.
    struct Unusable: CustomTestStringConvertible, Sendable {
      let testDescription: String
      let products: [String]
      var arguments: [String] = []
      let error: String
    }

    static let unusable = [
      Unusable(
        testDescription: "several products and no name", products: ["App", "Other"],
        error: "multiple executable products available: App, Other; name one: hotreload run <product>"),
      Unusable(
        testDescription: "a name that is no product's", products: ["App", "Other"], arguments: ["Ap"],
        error: "no executable product named 'Ap'; available: App, Other"),
      Unusable(
        testDescription: "a wrong name for the only product", products: ["App"], arguments: ["Server"],
        error: "no executable product named 'Server'; available: App"),
      Unusable(
        testDescription: "no executable product", products: [],
        error: """
          no executable product available; hotreload runs an '.executableTarget' of the package's Package.swift
          """),
    ]

    @Test("stays with its product when another is added, also while nothing serves")
    func secondProduct() throws {
      try withPackage { package in
        try package.save("one", "#define BEFORE_LISTEN exit(3)")
        let hotReload = try package.hotReload(["run"])
        try hotReload.await("generation 1 exited with code 3; save a file to start it again")
        try package.declare(["App", "Other"])
        try hotReload.await("generation 2 exited with code 3")
        try package.save("two")
        try hotReload.await("generation 3 listens on")
        #expect(try package.answer().greeting == "two")
      }
    }

    @Test("goes on with the product's new name, and leaves nothing of the old one")
    func renamedProduct() throws {
      try withPackage { package in
        let hotReload = try package.serving()
        try package.declare(["Renamed"])
        try package.replace(package.root + "/Sources/Renamed/behaviour.h", package.header("two"))
        try hotReload.await("generation 2 is live after ")
        #expect(try package.answer().greeting == "two")
        try eventually("the removal of the old program") { package.keptPrograms.count == 1 }
        try hotReload.process.signal(SIGINT)
        _ = try hotReload.process.awaitEnd()
        #expect(package.keptPrograms == [])
      }
    }

    @Test("without one product to run is an error", arguments: unusable)
    func unusableProduct(_ unusable: Unusable) throws {
      try withPackage { package in
        try package.declare(unusable.products)
        let hotReload = try package.hotReload(["run"] + unusable.arguments)
        #expect(try hotReload.process.awaitEnd() == .exited(1))
        try package.awaitNothingLeft()
        let errors = try hotReload.errors.awaitEnd()
        #expect(errors.hasSuffix("error: \(unusable.error)\n"))
        #expect(try hotReload.output.awaitEnd() == "")
      }
    }

    @Test("with the name of one of several products runs that one")
    func namedProduct() throws {
      try withPackage { package in
        try package.declare(["App", "Other"])
        let hotReload = try package.hotReload(["run", "Other"])
        try hotReload.await("[hotreload] building Other")
        try hotReload.await("generation 1 listens on")
        let pid = try package.answer().pid
        #expect(try ObservedProcess.executable(of: pid).contains("Other"))
      }
    }

    @Test("outside of a package is an error")
    func noPackage() throws {
      try withPackage { package in
        let hotReload = try package.hotReload(["run"], in: package.directory)
        #expect(try hotReload.process.awaitEnd() == .exited(1))
        #expect(
          try hotReload.errors.awaitEnd() == """
            error: no Package.swift in \(package.directory) or a directory above it; run hotreload in a package's \
            directory, name it with --package-path, or set in .reload.toml what to build and run ('build.command', \
            'run.command')

            """)
      }
    }

    @Test("with --package-path that is no directory is an error")
    func noDirectory() throws {
      try withPackage { package in
        let hotReload = try package.hotReload(["run", "-C", "nowhere"])
        #expect(try hotReload.process.awaitEnd() == .exited(1))
        #expect(
          try hotReload.errors.awaitEnd()
            == "error: 'nowhere' is not a directory; name the package's with --package-path\n")
      }
    }

    @Test(
      "with --package-path, or in a directory of the package, serves it",
      arguments: ["-C", "--package-path", ""])
    func packagePath(_ option: String) throws {
      try withPackage { package in
        let sources = package.root + "/Sources/App"
        let hotReload =
          try option.isEmpty
          ? package.hotReload(["run"], in: sources)
          : package.hotReload(["run", option, "package"], in: package.directory)
        try hotReload.await("generation 1 listens on")
        try package.save("two")
        try hotReload.await("[hotreload] Sources/App/behaviour.h changed")
        try hotReload.await("generation 2 is live after ")
      }
    }

    @Test("a second hotreload in a project is an error that names the first")
    func second() throws {
      try withPackage { try secondFails(["run"], $0) }
    }

    private func secondFails(_ arguments: [String], _ package: TemporaryPackage) throws {
      let first = try package.serving()
      let second = try package.hotReload(arguments)
      #expect(try second.process.awaitEnd() == .exited(1))
      let pid = try first.process.pid
      #expect(
        try second.errors.awaitEnd() == """
          error: hotreload is already running for \(package.root) (pid \(pid)); stop it with Ctrl-C in its terminal, \
          or with 'kill \(pid)'

          """)
      try package.save("two")
      try first.await("generation 2 is live after ")
      #expect(try package.answer().greeting == "two")
    }

    @Test("without standard descriptors keeps others off their numbers")
    func closedDescriptors() throws {
      try withPackage { package in
        _ = try package.hotReload(["run"], shell: #"exec "$0" "$@" <&- >&- 2>&-"#)
        try eventually("an answer") { (try? package.answer()) != nil }
        let server = try package.answer().pid
        for number in 0...2 {
          #expect(
            try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(server)/fd/\(number)")
              == "/dev/null")
        }
      }
    }

    @Test("without a Swift toolchain says so")
    func noToolchain() throws {
      try withPackage { package in
        let bin = package.directory + "/bin"
        try package.makeDirectory(bin, ["cc": "#!/bin/sh\n: > interposer.so\n"])
        chmod(bin + "/cc", 0o755)
        let hotReload = try package.hotReload(["run"], environment: ["PATH": bin])
        try hotReload.await(
          "error: cannot run 'swift': No such file or directory; install a Swift toolchain, or put its bin directory "
            + "on PATH")
      }
    }

    @Test("without a C compiler says so")
    func noCompiler() throws {
      try withPackage { package in
        let hotReload = try package.hotReload(["run"], environment: ["PATH": package.directory])
        #expect(try hotReload.process.awaitEnd() == .exited(1))
        #expect(
          try hotReload.errors.awaitEnd() == """
            error: no C compiler found: hotreload compiles a small library once, with the 'clang' beside 'swift' or \
            the first of clang, cc, gcc on PATH; install one, or put the Swift toolchain's bin directory on PATH

            """)
      }
    }
  }
}
