internal import FileWatching
internal import Glibc
internal import Testing
internal import WatchingTestSupport

/// What a shell prints that is root in a user namespace of its own; nil if it fails.
private func output(ofShell script: String) throws -> String? {
  let directory = TemporaryDirectory()
  let process = try Process(["unshare", "-Ur", "sh", "-c", script], output: directory["output"])
  guard process.succeeded(wait: true) == true else { return nil }
  return Files.content(of: directory["output"])?.split(separator: "\n").joined(separator: "\n")
}

private func canLowerLimits() -> Bool {
  (try? output(ofShell: "echo 9 > /proc/sys/user/max_inotify_watches && echo ok")) == "ok"
}

/// The limits are lowered in a user namespace, which touches nothing outside of it.
@Suite(.enabled("needs user namespaces: unshare -Ur", canLowerLimits))
struct LimitTests {
  let project = Project()

  func probe(_ setting: String, _ value: Int) throws -> String? {
    try output(
      ofShell: "echo \(value) > /proc/sys/user/\(setting) && \(Process.probePath()) watch \(project.sources)")
  }

  @Test("too few watches: the error says how many are needed, which limit it is and how to raise it")
  func watches() throws {
    for name in ["a/b", "c", "d", ".ignored/e"] { Files.makeDirectories(project[name]) }
    // "/", "/tmp", the project's directory and Sources, then a, a/b, c, d.
    let message = """
      cannot watch 8 directories: all inotify watches of this user are taken \
      (user.max_inotify_watches = 7, shared by all programs).
      Watch fewer directories, or raise the limit: sudo sysctl user.max_inotify_watches=524288
      """
    #expect(try probe("max_inotify_watches", 7) == message)
    #expect(try probe("max_inotify_watches", 8) == "watching")
  }

  @Test("too few instances: the error says which limit it is and how to raise it")
  func instances() throws {
    let message = """
      cannot watch files: all inotify instances of this user are taken \
      (user.max_inotify_instances = 0, shared by all programs).
      Close a program that watches files, or raise the limit: sudo sysctl user.max_inotify_instances=1024
      """
    #expect(try probe("max_inotify_instances", 0) == message)
    #expect(try probe("max_inotify_instances", 1) == "watching")
  }
}

@Test("too few descriptors in this process is another error, for no sysctl would help")
func descriptors() throws {
  let project = Project()
  let output = project.directory["output"]
  let process = try Process([Process.probePath(), "watch", project.sources, "3"], output: output)
  #expect(process.succeeded(wait: true) == true)
  #expect(Files.content(of: output) == "cannot watch files: inotify_init1: Too many open files\n")
}
