import Foundation
import Testing

extension EndToEnd {
  @Suite("settings")
  struct SettingsTests {
    /// A server that greets with a variable of its environment.
    static let who = "#pragma once\n#define GREETING (getenv(\"WHO\") ? getenv(\"WHO\") : \"nobody\")\n"

    @Test("those of a file that changes are taken over at once, and wrong ones are not")
    func live() throws {
      try withPackage { package in
        let file = package.root + "/.reload.toml"
        try package.save(header: Self.who)
        try package.replace(file, "[run]\nenvironment = { WHO = \"one\" }\n")
        let hotReload = try package.serving()
        #expect(try package.answer().greeting == "one")
        try package.replace(file, "[run]\nenvironment = { WHO = \"two\" }\n")
        try hotReload.await("[hotreload] .reload.toml changed")
        try hotReload.await("generation 2 is live after ")
        #expect(try package.answer().greeting == "two")
        try package.replace(file, "[run]\nenvironmint = { WHO = \"three\" }\n")
        #expect(
          try hotReload.await("error: ")
            == "\(file):2:1: error: unknown key 'environmint'; did you mean 'environment'?")
        try hotReload.await("[hotreload] keeping the previous settings")
        #expect(try package.answer().greeting == "two")
        try package.replace(file, "[run]\nenvironment = { WHO = \"two\" }\n[swap]\nprobation = \"10ms\"\n")
        try hotReload.await("[hotreload] applied the settings of .reload.toml")
      }
    }

    @Test("those that name no product of the package are an error, and the old code stays live")
    func wrongProduct() throws {
      try withPackage { package in
        let file = package.root + "/.reload.toml"
        try package.replace(file, "[run]\nproduct = \"App\"\n")
        let hotReload = try package.serving()
        let old = try package.answer()
        try package.replace(file, "[run]\nproduct = \"Ap\"\n")
        try hotReload.await("error: no executable product named 'Ap'; available: App")
        #expect(try hotReload.await("build failed after ").hasSuffix("; generation 1 stays live"))
        #expect(try package.answer() == old)
        try package.replace(file, "[run]\nproduct = \"App\"\n")
        try hotReload.await("generation 2 is live after ")
        try package.save("two")
        try hotReload.await("generation 3 is live after ")
        #expect(try package.answer().greeting == "two")
      }
    }

    @Test("an environment file is read, and a save of it restarts the server without a build")
    func environmentFile() throws {
      try withPackage { package in
        try package.save(header: Self.who)
        try package.replace(package.root + "/.env", "SUFFIX=two\nWHO='first' # comment\n")
        let hotReload = try package.serving("--env-file", ".env")
        #expect(try package.answer().greeting == "first")
        try package.replace(package.root + "/.env", "SUFFIX=two\nexport WHO=\"second:$SUFFIX\"\n")
        try hotReload.await("[hotreload] .env changed")
        try hotReload.await("generation 2 is live after ")
        #expect(hotReload.errors.lines(with: "built in ").count == 1)
        #expect(try package.answer().greeting == "second:two")
        try package.replace(package.root + "/.env", "WHO=\"open\n")
        #expect(
          try hotReload.await("error: ") == "\(package.root)/.env:1:5: error: the quote \" is not closed")
        try package.replace(package.root + "/.env", "WHO=\"a$missing\"\n")
        #expect(
          try hotReload.await("warning: ")
            == "\(package.root)/.env:1:7: warning: 'missing' is not set; using an empty string (write '$$' for a "
            + "dollar sign)")
        try hotReload.await("generation 3 is live after ")
        #expect(try package.answer().greeting == "a")
        try package.replace(package.root + "/.env", "WHO=third\n")
        try hotReload.await("generation 4 is live after ")
        #expect(try package.answer().greeting == "third")
      }
    }

    @Test("an environment file wins over hotreload's own environment where that is asked for")
    func environmentFilesWin() throws {
      try withPackage { package in
        try package.save(header: Self.who)
        try package.replace(package.root + "/.env", "WHO=file\n")
        let running = try package.hotReload(
          ["run", "--env-file", ".env", "--env-files-override"], environment: ["WHO": "environment"])
        try running.await("generation 1 listens on")
        #expect(try package.answer().greeting == "file")
      }
    }

    @Test("commands serve a project that is no Swift package, and its program is rolled back")
    func anyCommand() throws {
      try withPackage { package in
        try FileManager.default.removeItem(atPath: package.root + "/Package.swift")
        try package.replace(
          package.root + "/.reload.toml",
          """
          [build]
          command = ["cc", "-o", "app", "Sources/App/main.c"]
          before = "echo \\"$FOR_BUILD: $HOTRELOAD_CHANGED\\""
          environment = { FOR_BUILD = "changed" }
          [run]
          command = ["./app"]
          [watch]
          include = ["Sources"]

          """)
        let hotReload = try package.serving("--probation", "60s")
        #expect(try package.answer().greeting == "one")
        try package.save("two")
        try hotReload.await("changed: \(package.root)/Sources/App/behaviour.h")
        try hotReload.await("generation 2 is live after ")
        let second = try package.answer()
        #expect(second.greeting == "two")
        kill(second.pid, SIGKILL)
        try hotReload.await(
          "generation 2 was killed by SIGKILL right after the swap; generation 1 is live again")
        #expect(try package.answer().greeting == "one")
        try package.save(header: "#error no\n")
        try hotReload.await("error: ")
        try hotReload.await("build failed after ")
        #expect(try package.answer().greeting == "one")
      }
    }

    @Test("a command that is a link runs what it leads to after each build, be it a program or a script")
    func linkedCommand() throws {
      try withPackage { package in
        let make = package.root + "/make.sh"
        try package.replace(make, "cc -o app-$$ Sources/App/main.c && ln -sf app-$$ app\n")
        try package.replace(
          package.root + "/.reload.toml",
          """
          [build]
          command = ["sh", "make.sh"]
          [run]
          command = ["./app"]
          [watch]
          include = ["Sources"]

          """)
        let hotReload = try package.serving()
        #expect(try package.answer().greeting == "one")
        try package.save("two")
        try hotReload.await("generation 2 is live after ")
        #expect(try package.answer().greeting == "two")
        try package.replace(
          make,
          "cc -o program Sources/App/main.c && rm app && printf '#!/bin/sh\\nexec ./program\\n' >app && chmod +x app\n"
        )
        try package.save("three")
        try hotReload.await("generation 3 is live after ")
        #expect(try package.answer().greeting == "three")
      }
    }

    @Test("changed settings of the build are built with, and the program before is kept all the same")
    func buildArguments() throws {
      try withPackage { package in
        try package.save(header: "#ifndef GREETING\n#define GREETING \"none\"\n#endif\n")
        let hotReload = try package.serving()
        #expect(try package.answer().greeting == "none")
        try package.replace(
          package.root + "/.reload.toml", "[build]\narguments = [\"-Xcc\", '-DGREETING=\"flag\"']\n")
        try hotReload.await("generation 2 is live after ")
        #expect(try package.answer().greeting == "flag")
      }
    }

    @Test("the environment may preload another library")
    func preload() throws {
      try withPackage { package in
        try package.replace(
          package.root + "/.reload.toml", "[run]\nenvironment = { LD_PRELOAD = \"libm.so.6\" }\n")
        let hotReload = try package.serving()
        try package.save("two")
        try hotReload.await("generation 2 is live after ")
        let server = try package.answer().pid
        #expect(try package.text("/proc/\(server)/maps").contains("libm.so"))
      }
    }

    @Test("a server that must not run twice is replaced: clients wait, and nothing is lost")
    func replace() throws {
      try withPackage { package in
        let hotReload = try package.serving("--strategy", "replace")
        let load = package.load()
        try load.goesOn()
        for number in 2...6 {
          let old = try package.answer()
          try package.save("\(number)")
          try hotReload.await("generation \(number) listens on")
          #expect(!ObservedProcess.exists(old.pid))
          try load.goesOn()
        }
        #expect(try package.answer().greeting == "6")
        #expect(try load.end() == [:])
      }
    }

    @Test("signals reach a server that a shell command starts")
    func shellCommand() throws {
      try withPackage { package in
        try package.save(header: Self.who)
        let hotReload = try package.hotReload([
          "run", "--run-command", "export WHO=shell; .build/debug/App; echo \"ended with $?\"",
        ])
        try hotReload.await("generation 1 listens on")
        #expect(try package.answer().greeting == "shell")
        try hotReload.process.signal(SIGINT)
        _ = try hotReload.process.awaitEnd()
        try package.awaitNothingLeft()
      }
    }

    @Test(
      "are refused when they cannot work together",
      arguments: [
        (
          ["--build-command", "make"],
          "--build-command: 'build.command' needs 'run.command' too: hotreload cannot know which program that command builds"
        ),
        (
          ["App", "--run-command", "./app"],
          "<product>: 'run.product' and 'run.command' both name what to start; keep one of them"
        ),
        (
          ["--stop-timeout", "0s"],
          "--stop-timeout: 'swap.stop-timeout' must be longer than zero"
        ),
        (
          ["--debounce", "5s"],
          "--debounce: 'watch.debounce' (5s) is longer than 'watch.debounce-limit' (2s); set that too"
        ),
        (
          ["--debounce-limit", "1ms"],
          "--debounce-limit: 'watch.debounce-limit' (1ms) is shorter than 'watch.debounce' (30ms)"
        ),
        (
          ["--ready-delay", "40s"],
          "--ready-delay: 'swap.ready-delay' (40s) is longer than 'swap.ready-timeout' (30s); set that too"
        ),
        (
          ["--ready-path", "health"],
          "--ready-path: 'swap.ready-path' is 'health', which is not the path of a URL: it must begin with '/'"
        ),
        (
          ["--listen", "127.0.0.1:8080", "--listen", "127.0.0.1:8080"],
          "--listen: 'swap.listen' contains '127.0.0.1:8080' twice"
        ),
        (
          ["--directory", "/nowhere"], "--directory: 'run.directory' is '/nowhere', which is not a directory"
        ),
        (
          ["--reload-on", "Public"],
          "--reload-on: 'browser.reload-on' needs 'browser.listen', the address of the pages for the browser, such as "
            + "\"127.0.0.1:8090\""
        ),
      ])
    func refused(_ options: [String], _ error: String) throws {
      try withPackage { package in
        let hotReload = try package.hotReload(["run"] + options)
        #expect(try hotReload.process.awaitEnd() == .exited(1))
        #expect(try hotReload.errors.awaitEnd() == "error: \(error)\n")
      }
    }

    @Test("variables are refused when there is no such setting")
    func wrongVariable() throws {
      try withPackage { package in
        let hotReload = try package.hotReload(
          ["config"], environment: ["HOTRELOAD_SWAP_PROBATOIN": "1s", "HOTRELOAD_GENERATION": "1"])
        #expect(
          try hotReload.errors.awaitEnd()
            == "error: HOTRELOAD_SWAP_PROBATOIN: unknown setting; did you mean 'HOTRELOAD_SWAP_PROBATION'?\n"
        )
        #expect(try hotReload.process.awaitEnd() == .exited(1))
      }
    }

    @Test("a command alone runs what needs no build, with arguments; failing hooks are named")
    func commandAlone() throws {
      try withPackage(fixture: "ScriptServer") { package in
        try FileManager.default.removeItem(atPath: package.root + "/Package.swift")
        try package.replace(
          package.root + "/serve.sh", "GREETING=$1 exec python3 http_server.py\n")
        let settings =
          "[run]\ncommand = \"sh serve.sh\"\n[swap]\nafter = \"echo \\\"now: $HOTRELOAD_CHANGED\\\"\"\n"
        try package.replace(package.root + "/.reload.toml", settings)
        let hotReload = try package.hotReload(["run", "--", "one"])
        try hotReload.await("generation 1 listens on")
        #expect(try package.answer().greeting == "one")
        try package.replace(
          package.root + "/serve.sh", "GREETING=$1-two exec python3 http_server.py\n")
        try hotReload.await("generation 2 is live after ")
        #expect(try package.answer().greeting == "one-two")
        try hotReload.output.await("now: \(package.root)/serve.sh")
        try package.replace(package.root + "/.reload.toml", settings + "[build]\nbefore = \"exit 3\"\n")
        try hotReload.await("error: 'build.before' exited with code 3")
      }
    }

    @Test("have the origin that wins: option, variable, file, default")
    func origins() throws {
      try withPackage { package in
        try package.replace(
          package.root + "/.reload.toml",
          "[swap]\nprobation = \"2s\"\ndrain-timeout = \"3s\"\nstop-timeout = \"4s\"\n")
        let config = try package.hotReload(
          ["config", "--stop-timeout", "6s"],
          environment: ["HOTRELOAD_SWAP_DRAIN_TIMEOUT": "5s", "HOTRELOAD_SWAP_STOP_TIMEOUT": "5s"],
          in: package.root + "/Sources")
        let lines = try config.output.awaitEnd().split(separator: "\n")
        #expect(
          lines.filter { $0.contains("timeout") || $0.contains("probation") } == [
            "ready-timeout = \"30s\"                   # default",
            "handover-timeout = \"5s\"                 # default",
            "probation = \"2s\"                        # \(package.root)/.reload.toml:2",
            "drain-timeout = \"5s\"                    # HOTRELOAD_SWAP_DRAIN_TIMEOUT",
            "stop-timeout = \"6s\"                     # --stop-timeout",
            "timeout = \"5s\"                          # default",
          ])
      }
    }

    @Test("are written once, as the example in the repository")
    func example() throws {
      try withPackage { package in
        try FileManager.default.removeItem(atPath: package.root + "/Package.swift")
        #expect(try package.hotReload(["init"]).process.awaitEnd() == .exited(0))
        let example = URL(filePath: #filePath).deletingLastPathComponent()
          .appending(path: "../../../.reload.toml.example").standardized.path
        #expect(try package.text(package.root + "/.reload.toml") == package.text(example))
        let again = try package.hotReload(["init"])
        #expect(try again.process.awaitEnd() == .exited(1))
        #expect(
          try again.errors.awaitEnd() == """
            error: ./.reload.toml already exists; remove it first, or edit it ('hotreload config' shows its settings)

            """)
      }
    }
  }
}
