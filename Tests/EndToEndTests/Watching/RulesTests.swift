import Foundation
import Testing

extension EndToEnd {
  @Suite("rules of what is watched")
  struct RulesTests {
    /// Returns the output of `hotreload explain`, line by line.
    static func explain(
      _ package: TemporaryPackage, home: String? = nil, _ arguments: String...
    ) throws -> [String] {
      let command = try package.hotReload(
        ["explain"] + arguments, environment: home.map { ["HOME": $0, "XDG_CONFIG_HOME": nil] } ?? [:])
      let lines = try command.output.awaitEnd().split(separator: "\n").map(String.init)
      #expect(try command.process.awaitEnd() == .exited(0))
      #expect(try command.errors.awaitEnd() == "")
      return lines
    }

    @Test("are told by 'explain', with what a save does")
    func explained() throws {
      try withPackage { package in
        try package.replace(
          package.root + "/.reload.toml",
          """
          [run]
          env-files = [".env"]
          [watch]
          include = ["../shared", "web"]
          exclude = ["**/*.tmp"]
          exclude-regex = ['_test\\.\\w+$']
          extensions = ["html"]

          """)
        try package.makeDirectory(package.directory + "/shared", ["a.html": ""])
        try package.makeDirectory(package.root + "/web", ["a.html": ""])
        try package.replace(package.root + "/.gitignore", "*.log\n/web/out/\n")
        #expect(
          try Self.explain(
            package, "Sources/App/main.c", "Sources/App/new/there.c", "README.md", ".env", "Package.swift",
            ".reload.toml", "Sources/App/.main.c.swp", "Sources/App/main.c~", "Sources/App/x.tmp",
            "Sources/App/x.log", "Sources/App/x_test.c", "web/a.html", "web/a.js", "web/out/a.html",
            ".gitignore",
            "../shared/a.html", "Sources/App")
            == [
              "Sources/App/main.c: build (source of target 'App')",
              "Sources/App/new/there.c: build (source of target 'App')",
              "README.md: nothing (not watched)",
              ".env: restart, without a build (.reload.toml:2: run.env-files)",
              "Package.swift: build (a package's manifest)",
              ".reload.toml: read the settings again (the settings file)",
              "Sources/App/.main.c.swp: nothing ('.main.c.swp' is hidden)",
              "Sources/App/main.c~: nothing ('main.c~' is an editor's temporary file)",
              "Sources/App/x.tmp: nothing (.reload.toml:5: watch.exclude: **/*.tmp)",
              "Sources/App/x.log: build (source of target 'App')",
              "Sources/App/x_test.c: nothing (.reload.toml:6: watch.exclude-regex: _test\\.\\w+$)",
              "web/a.html: build (.reload.toml:4: watch.include)",
              "web/a.js: nothing (not in watch.extensions)",
              "web/out/a.html: nothing (.gitignore:2: /web/out/)",
              ".gitignore: update the watched files (git's ignore rules)",
              "../shared/a.html: build (.reload.toml:4: watch.include)",
              "Sources/App/: build (source of target 'App')",
            ])
      }
    }

    @Test("are told of a pattern: what it describes, and with the line of its own")
    func explainedPattern() throws {
      try withPackage { package in
        try package.replace(
          package.root + "/.reload.toml",
          """
          [watch]
          include = ["web"]
          exclude = [
            "*.log",
            "tmp/", "./assets/", "/a//b",
          ]

          """)
        let files = ["x.log": "", "y": ""]
        for name in ["tmp", "assets", "web/tmp", "web/assets", "a/b", "web"] {
          try package.makeDirectory(package.root + "/" + name, files)
        }
        #expect(
          try Self.explain(
            package, "tmp/", "tmp/y", "web/tmp/new", "assets/y", "web/assets/y", "a/b/y", "web/x.log",
            "assets/*",
            "*.none", "**")
            == [
              "tmp/: nothing (.reload.toml:5: watch.exclude: tmp/)",
              "web/tmp/: nothing (.reload.toml:5: watch.exclude: tmp/)",
              "tmp/y: nothing (.reload.toml:5: watch.exclude: tmp/)",
              "web/tmp/new: nothing (.reload.toml:5: watch.exclude: tmp/)",
              "assets/y: nothing (.reload.toml:5: watch.exclude: ./assets/)",
              "web/assets/y: build (.reload.toml:2: watch.include)",
              "a/b/y: nothing (.reload.toml:5: watch.exclude: /a//b)",
              "web/x.log: nothing (.reload.toml:4: watch.exclude: *.log)",
              "assets/x.log: nothing (.reload.toml:5: watch.exclude: ./assets/)",
              "assets/y: nothing (.reload.toml:5: watch.exclude: ./assets/)",
              "*.none: the pattern matches nothing in \(package.root)",
            ] + Self.everything(package))
      }
    }

    /// Returns the paths that a pattern for everything matches in that package.
    static func everything(_ package: TemporaryPackage) throws -> [String] {
      try explain(package, "*")
    }

    @Test("are an error, with the place, where they describe nothing or everything")
    func wrongPattern() throws {
      try withPackage { package in
        let file = package.root + "/.reload.toml"
        try package.replace(file, "[watch]\nexclude = [\n  \"*.log\",\n  \"**\",\n]\n")
        let refused = try package.hotReload(["run"])
        #expect(try refused.process.awaitEnd() == .exited(1))
        #expect(
          try refused.errors.awaitEnd() == """
            \(file):4:3: error: 'watch.exclude': '**' matches everything, so no save would start a build
            4 |   "**",
              |   `- error: 'watch.exclude': '**' matches everything, so no save would start a build

            """)
        let option = try package.hotReload(["run", "--exclude", "[a"])
        #expect(try option.process.awaitEnd() == .exited(64))
        try option.errors.await("Error: The value for '--exclude' is invalid: '[a' matches nothing: ")
        // A path that may exist later causes only a warning.
        try package.replace(file, "[watch]\nexclude = [\"*.log\", \"../x/**\"]\ninclude = [\"w*b\"]\n")
        let hotReload = try package.serving()
        #expect(
          hotReload.errors.lines(with: "warning: ").filter { $0.hasPrefix(file) } == [
            "\(file):2:21: warning: 'watch.exclude': '../x/**' matches nothing: only what is in \(package.root) is watched",
            "\(file):3:12: warning: 'watch.include': 'w*b' does not exist: this is a list of paths, not of patterns; name the "
              + "directory, and what to watch in it in 'watch.extensions'",
          ])
        try package.replace(file, "[watch]\nexclude = [\"\"]\n")
        #expect(
          try hotReload.await(": error: ")
            == "\(file):2:12: error: 'watch.exclude': an empty pattern matches nothing; remove it")
        try hotReload.await("keeping the previous settings")
      }
    }

    @Test("git's come from the repository of a worktree and from the user, too")
    func repository() throws {
      try withPackage { package in
        let repository = package.directory + "/repository"
        try package.makeDirectory(repository + "/info", ["exclude": "*.info\n"])
        try package.makeDirectory(repository + "/worktrees/one", ["commondir": "../..\n"])
        try package.replace(repository + "/config", "[core]\n\tignoreCase = true\n")
        try package.replace(package.root + "/.git", "gitdir: ../repository/worktrees/one\n")
        let home = package.directory + "/home"
        try package.makeDirectory(home, ["own": "*.user\n", ".gitconfig": "[core]\nexcludesFile = ~/own\n"])
        try package.makeDirectory(package.root + "/web")
        try package.replace(package.root + "/.reload.toml", "[watch]\ninclude = [\"web\"]\n")
        #expect(
          try Self.explain(
            package, home: home, "web/a.info", "web/a.INFO", "web/a.user", "web/a", "Sources/App/a.user")
            == [
              "web/a.info: nothing (\(repository)/info/exclude:1: *.info)",
              "web/a.INFO: nothing (\(repository)/info/exclude:1: *.info)",
              "web/a.user: nothing (\(home)/own:1: *.user)",
              "web/a: build (.reload.toml:2: watch.include)",
              "Sources/App/a.user: build (source of target 'App')",
            ])
      }
    }

    @Test("git's leave a file alone that git tracks, and end at a submodule")
    func tracked() throws {
      try withPackage { package in
        try FileManager.default.removeItem(atPath: package.root + "/Package.swift")
        try package.replace(
          package.root + "/.reload.toml",
          """
          [build]
          command = "cc -o app Sources/App/main.c"
          [run]
          command = ["./app"]

          """)
        let files = [".gitignore": "*.json\ndist/\nlater/\napp\n", "config.json": "1", "other.json": "1"]
        try package.makeDirectory(package.root, files)
        for name in ["dist/in", "dist/out", "later"] {
          try package.makeDirectory(package.root + "/" + name, ["a.js": "1", "b.js": "1"])
        }
        try package.makeDirectory(package.root + "/sub", ["own.json": "1", "own.tmp": "1"])
        try package.makeDirectory(package.root + "/sub", [".gitignore": "*.tmp\n"])
        try package.git("init", "-q")
        try package.git("init", "-q", "sub")
        try package.git("add", "-f", "config.json", "dist/in/a.js", ".gitignore", "Sources")
        #expect(
          try Self.explain(
            package, "config.json", "other.json", "dist/in/a.js", "dist/in/b.js", "dist/out/a.js",
            "sub/own.json",
            "sub/own.tmp")
            == [
              "config.json: build (in the project; tracked by git despite .gitignore:1: *.json)",
              "other.json: nothing (.gitignore:1: *.json)",
              "dist/in/a.js: build (in the project; tracked by git despite .gitignore:2: dist/)",
              "dist/in/b.js: nothing (.gitignore:2: dist/)",
              "dist/out/a.js: nothing (.gitignore:2: dist/)",
              "sub/own.json: build (in the project)",
              "sub/own.tmp: nothing (sub/.gitignore:1: *.tmp)",
            ])
        let hotReload = try package.serving()
        for name in ["config.json", "dist/in/a.js", "sub/own.json"] {
          try package.replace(package.root + "/" + name, "2")
          try hotReload.await("[hotreload] \(name) changed")
          try hotReload.await(": the program is the same")
        }
        // A change by git itself is no save, and applies at once.
        try package.git("add", "-f", "later/a.js", "other.json")
        try hotReload.await("[hotreload] updated the files that git tracks")
        for name in ["later/b.js", "sub/own.tmp", "dist/out/a.js"] {
          try package.replace(package.root + "/" + name, "2")
        }
        for name in ["later/a.js", "other.json"] {
          try package.replace(package.root + "/" + name, "2")
          try hotReload.await("[hotreload] \(name) changed")
          try hotReload.await(": the program is the same")
        }
        try package.git("rm", "-qf", "--cached", "other.json")
        try hotReload.await("[hotreload] updated the files that git tracks")
        try package.replace(package.root + "/other.json", "3")
        try package.save("two")
        try hotReload.await("generation 2 is live after ")
        #expect(hotReload.errors.lines(with: "other.json changed").count == 1)
        for name in ["b.js", "own.tmp", "out/a.js"] { #expect(hotReload.errors.lines(with: name) == []) }
      }
    }

    @Test("git's leave out what it ignores in an included directory, and change at once")
    func ignored() throws {
      try withPackage { package in
        let shared = package.directory + "/shared"
        try package.makeDirectory(shared, ["greeting.h": "#define GREETING \"one\"\n", "noise.log": "1"])
        try package.replace(package.root + "/.reload.toml", "[watch]\ninclude = [\"../shared\"]\n")
        try package.replace(shared + "/.gitignore", "*.log\n")
        try package.save(header: "#include \"../../../shared/greeting.h\"\n")
        let hotReload = try package.serving()
        try package.replace(shared + "/noise.log", "2")
        try package.replace(shared + "/greeting.h", "#define GREETING \"two\"\n")
        try hotReload.await("[hotreload] \(shared)/greeting.h changed")
        try hotReload.await("generation 2 is live after ")
        #expect(try package.answer().greeting == "two")
        #expect(hotReload.errors.lines(with: "noise.log") == [])
        try package.replace(shared + "/.gitignore", "\n")
        try hotReload.await("updated the files that git ignores")
        try package.replace(shared + "/noise.log", "3")
        try hotReload.await("[hotreload] \(shared)/noise.log changed")
      }
    }

    @Test(
      "find a file that the build writes itself, name it, and end the loop; a save of it counts later",
      arguments: ["--no-poll", "--poll"])
    func loop(way: String) throws {
      try withPackage { package in
        try FileManager.default.removeItem(atPath: package.root + "/Package.swift")
        try package.replace(
          package.root + "/.reload.toml",
          """
          [build]
          command = "date +%s%N > Sources/App/stamp.h; cc -o app Sources/App/main.c"
          [run]
          command = ["./app"]
          [watch]
          include = ["Sources"]

          """)
        let hotReload = try package.hotReload(["run", "--poll-interval", "20ms", way])
        let warning = try hotReload.await(
          "warning: Sources/App/stamp.h changes with every build or server start: ")
        #expect(warning.hasSuffix("set watch.exclude = [\"Sources/App/stamp.h\"] in .reload.toml"))
        #expect(try package.answer().greeting == "one")
        let builds = hotReload.errors.lines(with: "stamp.h changed").count
        try package.save("two")
        try hotReload.await("generation 2 is live after ")
        #expect(try package.answer().greeting == "two")
        try package.save("three")
        try hotReload.await("generation 3 is live after ")
        #expect(hotReload.errors.lines(with: "stamp.h changed").count == builds)
        try package.replace(package.root + "/Sources/App/stamp.h", "saved")
        try hotReload.await("[hotreload] Sources/App/stamp.h changed")
        try hotReload.await(": the program is the same")
      }
    }

    @Test(
      "leave out a file that the server writes when it ends, and say so", arguments: ["100ms", "1s"],
      ["fclose(file); _exit(0);", "fflush(file); _exit(0);", "exit(0);"])
    func endingServer(probation: String, end: String) throws {
      try withServer(
        """
        #include "state.h"
        static volatile int state = STATE;
        static void save_state(int signal) {
          // One write(2) of the same length, so that a compiler never reads half a file.
          FILE *file = fopen("Sources/App/state.h", "r+");
          fprintf(file, "#define STATE %9d\\n", signal ? getpid() : state);
          \(end)
        }
        #define BEFORE_LISTEN signal(SIGTERM, save_state)

        """, probation: probation
      ) { package, code in
        try package.replace(package.root + "/Sources/App/state.h", "#define STATE         0\n")
        let hotReload = try package.serving()
        // The second swap is within the probation of the first, so the fallback is ended to make room.
        for greeting in ["two", "three"] {
          try package.save(header: package.header(greeting) + code)
          try hotReload.await(" is live after ")
        }
        try hotReload.await(
          "[hotreload] ignoring Sources/App/state.h: written by the server")
        for greeting in ["four", "five", "six"] { try swap(package, to: greeting, code) }
        #expect(hotReload.errors.lines(with: "state.h changed") == [])
      }
    }

    @Test("leave out a file that the server has open to write, and say so")
    func log() throws {
      try withServer(
        """
        #define BEFORE_LISTEN \\
          dprintf(open("Sources/App/server.log", O_WRONLY | O_CREAT | O_APPEND, 0666), "%d starts\\n", getpid())

        """
      ) { package, code in
        let hotReload = try package.serving()
        try swap(package, to: "two", code)
        try hotReload.await(
          "[hotreload] ignoring Sources/App/server.log: written by the server")
        for greeting in ["three", "four", "five"] { try swap(package, to: greeting, code) }
        #expect(hotReload.errors.lines(with: "server.log").count == 1)
      }
    }

    /// Runs `body` with a project that is no package, and that serves "one". `code` are more lines of its
    /// header.
    private func withServer(
      _ code: String, probation: String = "100ms",
      _ body: (_ package: TemporaryPackage, _ code: String) throws -> Void
    ) throws {
      try withPackage { package in
        try FileManager.default.removeItem(atPath: package.root + "/Package.swift")
        try package.replace(
          package.root + "/.reload.toml",
          """
          [build]
          command = "cc -o app Sources/App/main.c"
          [run]
          command = ["./app"]
          [watch]
          include = ["Sources"]
          [swap]
          probation = "\(probation)"

          """)
        try package.save(header: package.header("one") + code)
        try body(package, code)
      }
    }

    /// Saves the header with another greeting, and waits until that is served and the old server has ended.
    private func swap(_ package: TemporaryPackage, to greeting: String, _ code: String) throws {
      let old = try package.answer().pid
      try package.save(header: package.header(greeting) + code)
      try eventually("\(greeting) is served") { try package.answer().greeting == greeting }
      try eventually("\(old) has ended") { !ObservedProcess.exists(old) }
    }

    @Test("do not allow to watch all of the home directory by accident")
    func dangerous() throws {
      try withPackage { package in
        let home = ["HOME": Optional(package.directory)]
        let commands = ["--build-command", "true", "--run-command", "true"]
        let error = "error: all of \(package.directory) would be watched; "
        let refused = try package.hotReload(["run"] + commands, environment: home, in: package.directory)
        #expect(try refused.process.awaitEnd() == .exited(1))
        #expect(try refused.errors.awaitEnd().hasPrefix(error))
        let all = try package.hotReload(["run", "--include", "/"] + commands)
        #expect(try all.process.awaitEnd() == .exited(1))
        #expect(try all.errors.awaitEnd().hasPrefix("error: all of / would be watched; "))
        let included = try package.hotReload(["run", "--include", ".."], environment: home)
        #expect(try included.process.awaitEnd() == .exited(1))
        #expect(try included.errors.awaitEnd().hasPrefix(error))
        let allowed = try package.hotReload(
          ["run", "--dangerous-root", "--exclude", "run"] + commands, environment: home, in: package.directory
        )
        try allowed.await("generation 1 exited; save a file")
      }
    }
  }
}
