import Foundation
import Posix
import Testing
import TestTraits
import WatchingTestSupport

extension EndToEnd {
  @Suite("editors")
  struct EditorTests {
    /// Runs a shell script in the package's directory. Throws if it fails.
    private func shell(_ package: TemporaryPackage, _ script: String) throws {
      let command = Command(
        path: "/bin/sh", arguments: ["sh", "-ec", script],
        environment: package.environment(["HOME": package.directory, "GIT_CONFIG_NOSYSTEM": "1"]),
        directory: package.root, parentDeathSignal: SIGKILL)
      let (ending, output) = try ChildProcess.run(command)
      try #require(ending == .exited(0), "\(output)")
    }

    // At the default debounce each save is one save to the user, however slow the machine is.
    @Test("each way of saving is one save and one build", arguments: ["--no-poll", "--poll"])
    func ways(way: String) throws {
      try withPackage { package in
        try package.replace(
          package.root + "/.reload.toml", "build.command = \"cp run.swift app\"\nrun.command = \"./app\"\n")
        try FileManager.default.removeItem(atPath: package.root + "/Package.swift")
        try package.replace(package.root + "/run.swift", "#!/bin/sh\n")
        chmod(package.root + "/run.swift", 0o755)
        try package.replace(package.root + "/.gitignore", "/app\n")
        let hotReload = try package.hotReload(["run", "--poll-interval", "20ms", way])
        try hotReload.await("generation 1 exited; save a file")
        for (index, editor) in Editor.allCases.enumerated() {
          editor.save(package.root + "/run.swift", "#!/bin/sh\n# \(editor)\n")
          try hotReload.await("[hotreload] run.swift changed")
          try hotReload.await("generation \(index + 2) exited; save a file")
        }
        try package.overwrite(package.root + "/run.swift", "#!/bin/sh\necho last\n")
        try hotReload.output.await("last")
        #expect(hotReload.errors.lines(with: " changed").count == Editor.allCases.count + 1)
        #expect(hotReload.errors.lines(with: "built in ").count == Editor.allCases.count + 2)
      }
    }

    @Test(
      "a checkout of 1,000 files by git is one save, also where git pauses",
      arguments: ["--no-poll", "--poll"])
    func checkout(way: String) throws {
      try withPackage { package in
        try shell(
          package,
          """
          rm -r Package.swift Sources; mkdir many; printf '/app\n' > .gitignore
          printf 'build.command = "cp run.sh app"\nrun.command = "./app"\n' > .reload.toml
          printf '#!/bin/sh\n' > run.sh; chmod +x run.sh; for i in $(seq 1000); do echo one > many/$i.txt; done
          git init -q; git config user.name n; git config user.email e; git add -A; git commit -q -m one
          git checkout -q -b two; printf '#!/bin/sh\necho two\n' > run.sh
          for i in $(seq 1000); do echo two > many/$i.txt; done; git commit -q -a -m two; git checkout -q -
          printf 'many/5*9.txt filter=slow\n' > .git/info/attributes; git config filter.slow.smudge 'sleep 0.1; cat'
          """)
        let hotReload = try package.hotReload([
          "run", "--poll-interval", "20ms", "--debounce-limit", "1m", way,
        ])
        try hotReload.await("generation 1 exited; save a file")
        try shell(package, "git checkout -q two")
        try hotReload.output.await("two")
        try hotReload.await("generation 2 exited; save a file")
        #expect(
          hotReload.errors.lines(with: " changed") == ["[hotreload] many/1.txt and 1000 other files changed"])
        #expect(hotReload.errors.lines(with: "built in ").count == 2)
      }
    }

    @Test("what is saved while git holds the lock of its index waits for it, up to the limit")
    func lock() throws {
      try withPackage { package in
        try shell(package, "git init -q")
        let stream = package.directory + "/events"
        let hotReload = try package.serving("--debounce-limit", "2s", "--events", stream)
        try shell(package, "touch .git/index.lock; sed -i s/one/two/ Sources/App/behaviour.h")
        try hotReload.await("behaviour.h changed")
        struct Event: Decodable {
          let event: String
          let time: Double
          var files: [String]?
        }
        let times = try String(contentsOfFile: stream, encoding: .utf8).split(separator: "\n").map {
          try JSONDecoder().decode(Event.self, from: Data($0.utf8))
        }
        let events = times.filter { $0.files == ["Sources/App/behaviour.h"] }
        let seen = try #require(events.first { $0.event == "seen" }).time
        let changed = try #require(events.first { $0.event == "changed" }).time
        #expect(changed - seen >= 1)
      }
    }

    // Such a lock belongs, for example, to a commit whose message is being written, or to a `git status` that
    // the save has started.
    @Test(
      "a lock of git's that is older than the limit, or newer than the save, is nothing",
      arguments: ["1 day ago", "1 day"])
    func otherLock(time: String) throws {
      try withPackage { package in
        try shell(package, "git init -q; touch -d '\(time)' .git/index.lock")
        let hotReload = try package.serving("--debounce-limit", "1h")
        try package.save("two")
        try hotReload.await("generation 2 is live after ")
      }
    }

    // The debounce is longer here, because a busy machine may take a while between an editor's system calls.
    @Test(
      "a save by Vim, by sed, and a checkout of 1,000 files by git are one build each", .long,
      arguments: ["--no-poll", "--poll"])
    func oneBuild(way: String) throws {
      try withPackage { package in
        try shell(
          package,
          """
          git init -q; git config user.name n; git config user.email e; printf '.build\\n' > .gitignore
          mkdir Sources/App/many; for i in $(seq 1000); do echo "// $i" > Sources/App/many/$i.h; done
          git add -A; git commit -q -m one; git checkout -q -b two
          sed -i s/one/branch/ Sources/App/behaviour.h
          for i in $(seq 1000); do echo "// two $i" > Sources/App/many/$i.h; done
          git commit -q -a -m two; git checkout -q -
          """)
        let hotReload = try package.serving("--debounce", "300ms", "--poll-interval", "20ms", way)
        try shell(
          package, "vim -u NONE -N -es -c 'set backup' -c '%s/one/vim/' -c wq Sources/App/behaviour.h")
        try hotReload.await("generation 2 is live after ")
        #expect(try package.answer().greeting == "vim")
        try shell(package, "rm -f Sources/App/behaviour.h~; sed -i s/vim/sed/ Sources/App/behaviour.h")
        try hotReload.await("generation 3 is live after ")
        #expect(try package.answer().greeting == "sed")
        try shell(package, "git stash -q; git checkout -q two")
        try hotReload.await("generation 4 is live after ")
        #expect(try package.answer().greeting == "branch")
        try shell(package, "sed -i s/branch/edited/ Sources/App/behaviour.h")
        try hotReload.await("generation 5 is live after ")
        try shell(package, "git stash -q")
        try hotReload.await("generation 6 is live after ")
        #expect(try package.answer().greeting == "branch")
        try shell(package, "git stash pop -q")
        try hotReload.await("generation 7 is live after ")
        #expect(try package.answer().greeting == "edited")
        let changes = hotReload.errors.lines(with: " changed").prefix(3)
        #expect(hotReload.errors.lines(with: " changed").count == 6)
        #expect(changes.last == "[hotreload] Sources/App/behaviour.h and 1000 other files changed")
        #expect(hotReload.errors.lines(with: "built in ").count == 7)
      }
    }
  }
}
