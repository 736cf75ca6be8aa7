import Glibc
import Posix
import Testing
import WatchingTestSupport

@Suite("A command")
struct CommandTests {
  private func shell(_ text: String, environment: [String] = [], directory: String = "/") -> Command {
    Command(["/bin/sh", "-c", text, "sh"], environment: environment, directory: directory)
  }

  private func run(_ command: Command) throws -> Posix.ExitStatus {
    let nothing = try Descriptor.open("/dev/null", O_RDWR)
    return try command.run(input: nothing.number, output: nothing.number, error: nothing.number)
  }

  @Test(
    "ends with its exit code or its signal",
    arguments: [
      ("exit 0", .exited(0), "exited with code 0"), ("exit 7", .exited(7), "exited with code 7"),
      ("exit 255", .exited(255), "exited with code 255"),
      ("kill -TERM $$", .signalled(SIGTERM), "was killed by SIGTERM"),
      ("kill -KILL $$", .signalled(SIGKILL), "was killed by SIGKILL"),
    ] as [(String, Posix.ExitStatus, String)])
  func status(text: String, status: Posix.ExitStatus, description: String) throws {
    let ended = try run(shell(text))
    #expect(ended == status)
    #expect(ended.description == description)
  }

  @Test("has its output returned, unless it fails")
  func output() throws {
    #expect(try shell("echo one; echo two").output() == "one\ntwo\n")
    #expect(try shell("echo one; exit 1").output() == nil)
  }

  @Test("has the environment and the directory that it is given, and nothing else")
  func surroundings() throws {
    let directory = TemporaryDirectory()
    let command = shell("pwd; env", environment: ["GREETING=hello world"], directory: directory.path)
    let lines = try #require(try command.output()).split(separator: "\n")
    #expect(lines.first.map(String.init) == directory.path)
    #expect(lines.contains("GREETING=hello world"))
    // The shell itself sets PWD, OLDPWD, SHLVL and _.
    #expect(lines.dropFirst().allSatisfy { !$0.hasPrefix("PATH=") && !$0.hasPrefix("HOME=") })
  }

  @Test("has what is passed to it from 3 on, and knows their names and its own pid")
  func passed() throws {
    let first = try Descriptor.inMemory("first")
    let second = try Descriptor.inMemory("second")
    try first.write("one")
    try second.write("two")
    var command = shell(
      "cat /proc/$$/fd/3 /proc/$$/fd/4; echo \" $LISTEN_FDS $LISTEN_FDNAMES\"; test $LISTEN_PID = $$ && echo mine"
    )
    command.passed = [("a", first.number), ("b", second.number)]
    command.environment = ["PATH=/usr/bin:/bin"]
    #expect(try command.output() == "onetwo 2 a:b\nmine\n")
  }

  @Test("inherits no other descriptor")
  func closed() throws {
    let open = try Descriptor.inMemory("kept")
    _ = fcntl(open.number, F_SETFD, 0)  // not even one without O_CLOEXEC
    // The shell lists its directory by a builtin, with a descriptor of its own at most.
    let text = try #require(try shell("for fd in /proc/$$/fd/*; do echo ${fd##*/}; done").output())
    #expect(!text.split(separator: "\n").contains("\(open.number)") || open.number <= 3)
    #expect(Set(text.split(separator: "\n")).isSuperset(of: ["0", "1", "2"]))
  }

  @Test("leads a process group of its own, with no signal blocked or ignored")
  func group() throws {
    let text = try #require(
      try shell(
        "echo $$; read stat < /proc/$$/stat; echo ${stat##*) }; while read line; do echo $line; done < /proc/$$/status",
        environment: [
          "PATH=/usr/bin:/bin"
        ]
      ).output())
    let lines = text.split(separator: "\n")
    let fields = lines[1].split(separator: " ")
    #expect(fields[2] == lines[0])  // pgrp
    #expect(lines.contains("SigBlk: 0000000000000000"))
  }

  @Test(
    "that cannot be started is an error with its name",
    arguments: [
      ("/none/such", "/", ENOENT), ("hotreload-has-no-such-program", "/", ENOENT),
      ("/etc/passwd", "/", EACCES),
      ("/bin/sh", "/none", ENOENT),
    ])
  func notStarted(path: String, directory: String, code: CInt) throws {
    let command = Command([path], environment: [], directory: directory)
    let error = try #require(throws: SystemError.self) { try run(command) }
    #expect(error.code == code)
    #expect("\(error)".hasPrefix("\(path): "))
  }
}
