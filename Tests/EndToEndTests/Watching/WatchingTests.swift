import Foundation
import Testing

extension EndToEnd {
  @Suite("what counts as a save")
  struct WatchingTests {
    /// A server that answers with the content of another file, if it exists.
    static let header = """
      __attribute__((weak)) const char *greeting(void);
      #define GREETING (greeting ? greeting() : "none")

      """
    static func source(_ greeting: String) -> String {
      "const char *greeting(void) { return \"\(greeting)\"; }\n"
    }

    @Test("a new source file, and its removal")
    func newFile() throws {
      try withPackage { package in
        try package.save(header: Self.header)
        let hotReload = try package.serving()
        #expect(try package.answer().greeting == "none")
        try package.replace(package.root + "/Sources/App/new.c", Self.source("new"))
        try hotReload.await("[hotreload] Sources/App/new.c changed")
        try hotReload.await("generation 2 is live after ")
        #expect(try package.answer().greeting == "new")
        try FileManager.default.removeItem(atPath: package.root + "/Sources/App/new.c")
        try hotReload.await("[hotreload] Sources/App/new.c deleted")
        try hotReload.await("generation 3 is live after ")
        #expect(try package.answer().greeting == "none")
      }
    }

    @Test("a resource, which leaves the program's file as it was")
    func resource() throws {
      try withPackage { package in
        let resource = package.root + "/Sources/App/greeting.txt"
        try package.replace(resource, "one")
        try package.declare(["App"], resources: ["greeting.txt"])
        try package.save(header: Self.resourceHeader)
        let hotReload = try package.serving()
        #expect(try package.answer().greeting == "one")
        try package.replace(resource, "two")
        try hotReload.await("[hotreload] Sources/App/greeting.txt changed")
        try hotReload.await("generation 2 is live after ")
        #expect(try package.answer().greeting == "two")
      }
    }

    @Test("not one that changes no byte, unless the last build failed", arguments: ["--no-poll", "--poll"])
    func unchanged(way: String) throws {
      try withPackage { package in
        let hotReload = try package.serving("--verbose", "--poll-interval", "20ms", way)
        let main = package.root + "/Sources/App/main.c"
        try hotReload.await("watching ")
        // Polling may see the file half written, which is a change.
        way == "--poll"
          ? try package.replace(main, package.text(main)) : try package.overwrite(main, package.text(main))
        try hotReload.await("[hotreload] Sources/App/main.c saved unchanged")
        if way == "--poll" {
          utimensat(AT_FDCWD, main, nil, 0)  // the kernel tells of writes only
          try hotReload.await("[hotreload] Sources/App/main.c saved unchanged")
        }
        try package.save("two")
        try hotReload.await("generation 2 is live after ")
        try package.save("two")
        try hotReload.await("[hotreload] Sources/App/behaviour.h saved unchanged")
        try package.save(header: "#error no\n")
        try hotReload.await("build failed after ")
        try package.save(header: "#error no\n")
        try hotReload.await("build failed after ")
        #expect(hotReload.errors.lines(with: "built in ").count == 2)
        #expect(try package.answer().greeting == "two")
      }
    }

    /// A server that reads its greeting at the start, from SwiftPM's resources.
    static let resourceHeader = #"""
      static char greeting[64];
      static void read_greeting(void) {
        char path[4096];
        ssize_t length = readlink("/proc/self/exe", path, sizeof path - 64);
        path[length] = 0;
        strcpy(strrchr(path, '/'), "/EpollServer_App.resources/greeting.txt");
        int file = open(path, O_RDONLY);
        (void)!read(file, greeting, sizeof greeting - 1);
        close(file);
      }
      #define BEFORE_LISTEN read_greeting()
      #define GREETING greeting

      """#

    @Test("a directory that is moved in, a save in it, and moving it out")
    func movedDirectory() throws {
      try withPackage { package in
        try package.save(header: Self.header)
        let hotReload = try package.serving()
        let outside = package.directory + "/more"
        let inside = package.root + "/Sources/App/more"
        try package.makeDirectory(outside + "/deep", ["new.c": Self.source("moved")])
        try package.move(outside, inside)
        try hotReload.await("[hotreload] Sources/App/more/deep/new.c changed")
        try hotReload.await("generation 2 is live after ")
        #expect(try package.answer().greeting == "moved")
        try package.replace(inside + "/deep/new.c", Self.source("saved"))
        try hotReload.await("generation 3 is live after ")
        #expect(try package.answer().greeting == "saved")
        try package.move(inside, outside)
        try hotReload.await("generation 4 is live after ")
        #expect(try package.answer().greeting == "none")
      }
    }

    @Test("a directory that is made step by step")
    func newDirectory() throws {
      try withPackage { package in
        try package.save(header: Self.header)
        let hotReload = try package.serving()
        try package.makeDirectory(package.root + "/Sources/App/a/b/c", ["new.c": Self.source("deep")])
        try hotReload.await("Sources/App/a/b/c/new.c changed")
        try hotReload.await("generation 2 is live after ")
        #expect(try package.answer().greeting == "deep")
      }
    }

    @Test("two saves within --debounce are one, and saves without end are built all the same")
    func debounce() throws {
      try withPackage { package in
        let hotReload = try package.serving("--debounce", "2s", "--debounce-limit", "3s")
        try package.save("two")
        try package.replace(package.root + "/Sources/App/new.h", "// new\n")
        try hotReload.await("[hotreload] Sources/App/behaviour.h, Sources/App/new.h changed")
        try hotReload.await("generation 2 is live after ")
        var count = 0
        while hotReload.errors.lines(with: "generation 3 is live after ").isEmpty {
          count += 1
          try package.save("number-\(count)")
          usleep(100_000)  // never quiet
          if count > 300 { throw WaitedInVain(for: "a build while saves go on") }
        }
      }
    }

    static let mayLowerLimits = {
      let script = "echo 9 > /proc/sys/user/max_inotify_watches"
      let unshare = try? Process.run(
        URL(filePath: "/usr/bin/unshare"), arguments: ["-Ur", "sh", "-c", script])
      unshare?.waitUntilExit()
      return unshare?.terminationStatus == 0
    }()

    @Test(
      "also where the kernel allows no more watches, which is said, with what to do",
      .enabled("needs user namespaces: unshare -Ur") { mayLowerLimits })
    func limit() throws {
      try withPackage { package in
        let script = "echo 3 > /proc/sys/user/max_inotify_watches && exec \"$0\" \"$@\""
        let hotReload = try package.hotReload(
          ["run", "--poll-interval", "20ms"], shell: "exec unshare -Ur sh -c '\(script)' \"$0\" \"$@\"")
        try hotReload.await(
          "warning: all inotify watches of this user are in use (user.max_inotify_watches = 3, shared by all")
        try hotReload.await("raise the limit: sudo sysctl user.max_inotify_watches=524288")
        try hotReload.await("generation 1 listens on")
        try package.save("two")
        try hotReload.await("generation 2 is live after ")
        #expect(try package.answer().greeting == "two")
      }
    }

    @Test("300 files at once are one save and one build")
    func burst() throws {
      try withPackage { package in
        let hotReload = try package.serving()
        let names = (1...300).map { "file-\($0).h" }
        let outside = package.directory + "/burst"
        try package.makeDirectory(outside, Dictionary(uniqueKeysWithValues: names.map { ($0, "// \($0)\n") }))
        try package.makeDirectory(outside, ["behaviour.h": package.header("two")])
        for name in ["behaviour.h"] + names {
          try package.move(outside + "/\(name)", package.root + "/Sources/App/\(name)")
        }
        try hotReload.await("[hotreload] Sources/App/behaviour.h and 300 other files changed")
        try hotReload.await("generation 2 is live after ")
        #expect(try package.answer().greeting == "two")
        #expect(hotReload.errors.lines(with: " changed").count == 1)
        #expect(hotReload.errors.lines(with: "built in").count == 2)
      }
    }

    @Test("the temporary files of editors, .build, .git and files outside the sources are none")
    func noSave() throws {
      try withPackage { package in
        let hotReload = try package.serving()
        let names = [
          ".behaviour.h.swp", ".behaviour.h.swx", "4913", "behaviour.h~", "#behaviour.h#",
          ".goutputstream-XYZ123",
          "behaviour.h___jb_tmp___", "sedAbC123", ".DS_Store",
        ]
        for name in names { try package.overwrite(package.root + "/Sources/App/" + name, "temporary") }
        try FileManager.default.createSymbolicLink(
          atPath: package.root + "/Sources/App/.#behaviour.h", withDestinationPath: "somebody@somewhere.1")
        try package.makeDirectory(package.root + "/.git/refs", ["HEAD": "ref"])
        try package.overwrite(package.root + "/.build/new", "built")
        try package.overwrite(package.root + "/.build/debug/new", "built")
        try package.overwrite(package.root + "/README.md", "read")
        for name in names {
          try FileManager.default.removeItem(atPath: package.root + "/Sources/App/" + name)
        }
        try package.save("two")
        try hotReload.await("generation 2 is live after ")
        #expect(hotReload.errors.lines(with: " changed") == ["[hotreload] Sources/App/behaviour.h changed"])
      }
    }

    @Test("a save of Package.swift")
    func manifest() throws {
      try withPackage { package in
        try package.save(header: "#ifndef GREETING\n#define GREETING \"none\"\n#endif\n")
        let hotReload = try package.serving()
        try package.replace(
          package.root + "/Package.swift",
          """
          // swift-tools-version: 6.1
          import PackageDescription

          let package = Package(
            name: "EpollServer",
            targets: [.executableTarget(name: "App", cSettings: [.define("GREETING", to: "\\"manifest\\"")])])

          """)
        try hotReload.await("[hotreload] Package.swift changed")
        try hotReload.await("generation 2 is live after ")
        #expect(try package.answer().greeting == "manifest")
      }
    }

    @Test(
      "the first source of a new target, whose directory came after the manifest, or before it and empty",
      arguments: [true, false])
    func newTarget(manifestFirst: Bool) throws {
      try withPackage { package in
        let hotReload = try package.serving()
        let target = package.root + "/Sources/New"
        if !manifestFirst { try package.makeDirectory(target) }
        try Self.declare(
          package,
          targets: ".target(name: \"New\"), .executableTarget(name: \"App\", dependencies: [\"New\"])")
        try package.save(header: "#include \"new.h\"\n#define GREETING greeting()\n")
        try hotReload.await("build failed after ")
        try package.makeDirectory(target + "/include", ["new.h": Self.declaration])
        for (generation, text) in [(2, "new"), (3, "newer")] {
          try package.replace(target + "/new.c", Self.source(text))
          try hotReload.await("generation \(generation) is live after ")
          #expect(try package.answer().greeting == text)
        }
      }
    }

    private static let declaration = "const char *greeting(void);\n"

    private static func declare(_ package: TemporaryPackage, dependencies: String = "", targets: String)
      throws
    {
      try package.replace(
        package.root + "/Package.swift",
        """
        // swift-tools-version: 6.1
        import PackageDescription

        let package = Package(name: "EpollServer", dependencies: [\(dependencies)], targets: [\(targets)])

        """)
    }

    @Test(
      "one of a file that a link leads to, where links are followed",
      arguments: ["--follow-symlinks", "--no-follow-symlinks"])
    func links(option: String) throws {
      try withPackage { package in
        let outside = package.directory + "/outside.h"
        try package.replace(outside, "// one\n")
        symlink(outside, package.root + "/Sources/App/linked.h")
        let hotReload = try package.serving(option)
        try package.overwrite(outside, "// two\n")
        try package.save("two")
        try hotReload.await("generation 2 is live after ")
        let isFollowed = !hotReload.errors.lines(with: "linked.h").isEmpty
        #expect(isFollowed == (option == "--follow-symlinks"))
      }
    }

    @Test("one of a file that claims to be of the year 2300")
    func future() throws {
      try withPackage { package in
        let hotReload = try package.serving()
        try package.replace(
          package.root + "/Sources/App/behaviour.h", package.header("two"),
          modified: timespec(tv_sec: 10_413_792_000, tv_nsec: 0))
        try hotReload.await("generation 2 is live after ")
        try package.save("three")
        try hotReload.await("generation 3 is live after ")
      }
    }

    @Test("one in a directory that the settings name, and that came later")
    func laterDirectory() throws {
      try withPackage { package in
        try package.replace(
          package.root + "/.reload.toml", "watch.include = [\"web\"]\nwatch.restart-on = [\"views\"]\n")
        let hotReload = try package.serving()
        for (path, end) in [
          ("web/deep/a.html", "the program is the same"),
          ("views/deep/a.html", "generation 2 is live after "),
        ] {
          try package.makeDirectory(package.directory + "/later/deep")
          try package.move(package.directory + "/later", "\(package.root)/\(path.prefix { $0 != "/" })")
          try package.replace("\(package.root)/\(path)", "1")
          try hotReload.await("\(path) changed")
          try hotReload.await(end)
        }
        #expect(hotReload.errors.lines(with: "built in ").count == 2)
      }
    }

    @Test("a save in packages of the file system: one that this one uses, and one that that one uses")
    func localDependencies() throws {
      try withPackage { package in
        func make(_ name: String, _ arguments: String, _ path: String) throws {
          let root = package.directory + "/" + name
          try package.makeDirectory(
            root,
            [
              "Package.swift": """
              // swift-tools-version: 6.1
              import PackageDescription

              let package = Package(
                name: "\(name)", products: [.library(name: "\(name)", targets: ["\(name)"])], \(arguments))

              """
            ])
          try package.makeDirectory("\(root)/\(path)/include", ["\(name).h": "const char *\(name)(void);\n"])
        }
        func source(_ name: String, _ text: String) -> String {
          "const char *\(name)(void) { return \(text); }\n"
        }
        try make(
          "outer",
          "dependencies: [.package(path: \"../inner\")], targets: [.target(name: \"outer\", dependencies: [\"inner\"])]",
          "Sources/outer")
        try make("inner", "targets: [.target(name: \"inner\", path: \"code/inner\")]", "code/inner")
        let outer = package.directory + "/outer/Sources/outer/outer.c"
        let inner = package.directory + "/inner/code/inner/inner.c"
        try package.replace(outer, "#include \"inner.h\"\n" + source("outer", "inner()"))
        try package.replace(inner, source("inner", "\"one\""))
        try Self.declare(
          package, dependencies: ".package(path: \"../outer\")",
          targets: ".executableTarget(name: \"App\", dependencies: [\"outer\"])")
        try package.save(header: "#include \"outer.h\"\n#define GREETING outer()\n")
        let explained = try RulesTests.explain(package, inner, outer)
        #expect(explained.map { $0.contains(": build (source of the package at ") } == [true, true])
        let hotReload = try package.serving()
        #expect(try package.answer().greeting == "one")
        try package.replace(inner, source("inner", "\"two\""))
        try hotReload.await("/code/inner/inner.c changed")
        try hotReload.await("generation 2 is live after ")
        #expect(try package.answer().greeting == "two")
        try package.replace(outer, source("outer", "\"three\""))
        try hotReload.await("/outer.c changed")
        try hotReload.await("generation 3 is live after ")
        #expect(try package.answer().greeting == "three")
      }
    }
  }
}
