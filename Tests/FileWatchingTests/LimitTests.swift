internal import FileWatching
internal import Glibc
internal import Testing
internal import WatchingTestSupport

/// Returns the output of a shell that is root in a user namespace of its own; `nil` if it fails.
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
  func probe(_ setting: String, _ value: Int) throws -> String? {
    let project = Project()
    for name in ["a/b", "c", "d", ".ignored/e"] { Files.makeDirectories(project[name]) }
    return try output(
      ofShell: "echo \(value) > /proc/sys/user/\(setting) && \(Process.probePath()) watch \(project.sources)")
  }

  @Test(
    "too few watches: which limit it is, how to raise it and what it means is said, and the rest is polled")
  func watches() throws {
    // "/", "/tmp", the project's directory and Sources, then a, a/b, c, d.
    let message = """
      all inotify watches of this user are in use (user.max_inotify_watches = 6, shared by all programs): \
      6 directories are watched, 2 polled, which is slower.
      Watch fewer directories, or raise the limit: sudo sysctl user.max_inotify_watches=524288
      """
    #expect(try probe("max_inotify_watches", 6) == message + "\n" + Self.everything)
    #expect(try probe("max_inotify_watches", 8) == Self.everything)
  }

  @Test("no watch at all: everything is polled")
  func noWatches() throws {
    #expect(try probe("max_inotify_watches", 0)?.hasSuffix("\n" + Self.everything) == true)
  }

  /// The output of the probe when it has seen every save.
  static let everything =
    "a/b/f.swift a/b/new/f.swift a/f.swift a/new/f.swift c/f.swift c/new/f.swift d/f.swift d/new/f.swift"

  @Test("too few instances: which limit it is and how to raise it is said, and everything is polled")
  func instances() throws {
    let message = """
      all inotify instances of this user are in use (user.max_inotify_instances = 0, shared by all programs): \
      files are polled, which is slower.
      Close a program that watches files, or raise the limit: sudo sysctl user.max_inotify_instances=1024
      """
    #expect(try probe("max_inotify_instances", 0) == message + "\n" + Self.everything)
    #expect(try probe("max_inotify_instances", 1) == Self.everything)
  }
}

@Test("too few descriptors in this process is another error, for no sysctl would help")
func descriptors() throws {
  let project = Project()
  let output = project.directory["output"]
  let process = try Process([Process.probePath(), "watch", project.sources, "3"], output: output)
  #expect(process.succeeded(wait: true) == true)
  let message = """
    cannot watch files: this process has too many open files (ulimit -n = 3).
    Raise the limit, in the shell that starts hotreload: ulimit -n 4096

    """
  #expect(Files.content(of: output) == message)
}

@Test("when descriptors run out while watching, that is said, and nothing is lost")
func descriptorsLater() throws {
  let project = Project()
  let output = project.directory["output"]
  let process = try Process([Process.probePath(), "exhaust", project.sources], output: output)
  #expect(process.succeeded(wait: true) == true)
  let lines = Files.content(of: output)?.split(separator: "\n") ?? []
  #expect(lines.first?.hasPrefix("cannot watch files: this process has too many open files") == true)
  #expect(lines.last == "new/f.swift")
}
