import Posix
import Testing
import WatchingTestSupport

/// A repository that git itself has made, in a directory of its own.
final class GitRepository {
  let directory = TemporaryDirectory()
  /// The working tree.
  let top: String

  init() throws {
    top = try #require(FileSystem.realPath(directory.path)) + "/repository"
    try FileSystem.makeDirectories(top)
    try git("init", "--quiet")
  }

  /// Runs git in the working tree, or elsewhere.
  func git(_ arguments: String..., in place: String? = nil) throws {
    let settings = [
      "user.name=Test", "user.email=test@example.org", "protocol.file.allow=always",
      "init.defaultBranch=main",
    ]
    let command = Command(
      ["git"] + settings.flatMap { ["-c", $0] } + arguments,
      environment: [
        "PATH=\(CurrentProcess.variable("PATH") ?? "")", "GIT_CONFIG_GLOBAL=/dev/null",
        "GIT_CONFIG_NOSYSTEM=1",
      ],
      directory: place ?? top)
    let nothing = try Descriptor.open("/dev/null", 2)
    let status = try command.run(input: nothing.number, output: nothing.number, error: 2)
    try #require(status == .exited(0), "git \(arguments)")
  }

  /// Writes a file of the working tree, with the directories that it is in.
  func write(_ text: String, to name: String) throws {
    try FileSystem.makeDirectories("\(top)/\(name)".parentPath)
    try FileSystem.write(text, to: "\(top)/\(name)")
  }

  /// Commits all of the working tree.
  func commit() throws {
    try git("add", "--all")
    try git("commit", "--quiet", "--allow-empty", "--message=test")
  }
}
