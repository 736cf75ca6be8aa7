import Foundation
import Posix
import Testing
import WatchingTestSupport

extension EndToEnd {
  @Suite("editors")
  struct EditorTests {
    /// What a shell does in the package's directory. Throws if it fails.
    private func shell(_ package: TemporaryPackage, _ script: String) throws {
      let command = Command(
        path: "/bin/sh", arguments: ["sh", "-ec", script],
        environment: package.environment(["HOME": package.directory, "GIT_CONFIG_NOSYSTEM": "1"]),
        directory: package.root, parentDeathSignal: SIGKILL)
      let (ending, output) = try ChildProcess.run(command)
      try #require(ending == .exited(0), "\(output)")
    }

    // At the default debounce: each is one save to the user, whatever the machine does meanwhile.
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
        try hotReload.await("generation 1 is finished")
        for (index, editor) in Editor.allCases.enumerated() {
          editor.save(package.root + "/run.swift", "#!/bin/sh\n# \(editor)\n")
          try hotReload.await("[hotreload] run.swift changed")
          try hotReload.await("generation \(index + 2) is finished")
        }
        try package.overwrite(package.root + "/run.swift", "#!/bin/sh\necho last\n")
        try hotReload.output.await("last")
        #expect(hotReload.errors.lines(with: " changed").count == Editor.allCases.count + 1)
        #expect(hotReload.errors.lines(with: "built in ").count == Editor.allCases.count + 2)
      }
    }

    // A machine that is busy may take a while between an editor's system calls: quiet means longer here.
    @Test(
      "a save by Vim, by sed, and a checkout of 1,000 files by git are one build each",
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
        try hotReload.await("generation 2 serves after ")
        #expect(try package.answer().greeting == "vim")
        try shell(package, "rm -f Sources/App/behaviour.h~; sed -i s/vim/sed/ Sources/App/behaviour.h")
        try hotReload.await("generation 3 serves after ")
        #expect(try package.answer().greeting == "sed")
        try shell(package, "git stash -q; git checkout -q two")
        try hotReload.await("generation 4 serves after ")
        #expect(try package.answer().greeting == "branch")
        try shell(package, "sed -i s/branch/edited/ Sources/App/behaviour.h")
        try hotReload.await("generation 5 serves after ")
        try shell(package, "git stash -q")
        try hotReload.await("generation 6 serves after ")
        #expect(try package.answer().greeting == "branch")
        try shell(package, "git stash pop -q")
        try hotReload.await("generation 7 serves after ")
        #expect(try package.answer().greeting == "edited")
        let changes = hotReload.errors.lines(with: " changed").prefix(3)
        #expect(hotReload.errors.lines(with: " changed").count == 6)
        #expect(changes.last == "[hotreload] Sources/App/behaviour.h and 1000 other files changed")
        #expect(hotReload.errors.lines(with: "built in ").count == 7)
      }
    }
  }
}
