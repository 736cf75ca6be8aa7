import Glibc
import Posix
import Testing

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
        let changes = hotReload.errors.lines(with: " changed")
        #expect(changes.count == 3)
        #expect(changes.last == "[hotreload] Sources/App/behaviour.h and 1000 other files changed")
        #expect(hotReload.errors.lines(with: "built in ").count == 4)
      }
    }
  }
}
