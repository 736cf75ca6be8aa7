internal import FileWatching
internal import Glibc
internal import Testing
internal import WatchingTestSupport

private func has(_ program: String) -> Bool {
  ["/usr/bin", "/bin", "/usr/local/bin"].contains { access("\($0)/\(program)", X_OK) == 0 }
}

/// One save is reported as one file, whatever else an editor does for it.
@Suite struct EditorEventTests {
  let project = Project()

  @Test(
    "each way of saving, 50 times, names the file and nothing else", arguments: Editor.allCases,
    [false, true])
  func simulated(editor: Editor, polls: Bool) throws {
    Files.save(project["f.swift"], "0")
    let watcher = try project.watch(WatchOptions(polls: polls))
    for count in 1...50 {
      editor.save(project["f.swift"], "\(count)")
      #expect(try watcher.pollAndDrain() == [project["f.swift"]])
    }
    if !polls { #expect(try watcher.takeChanges() == []) }
  }

  @Test(
    "each way of saving, wherever the watcher looks meanwhile, ends with a report of the finished file",
    arguments: Editor.allCases)
  func looking(editor: Editor) throws {
    Files.save(project["f.swift"], "0")
    let watcher = try project.watch()
    let process = try Process.probe("edit", editor.rawValue, project["f.swift"], "300")
    var seen: String?
    let found = try process.run(draining: watcher) { paths in
      if paths.contains(project["f.swift"]) { seen = Files.content(of: project["f.swift"]) }
    }
    #expect(found == [project["f.swift"]])
    #expect(seen == "299")
  }

  @Test(
    "Vim itself, with and without backups",
    .enabled("needs vim") { has("vim") },
    arguments: [
      "nobackup nowritebackup", "nobackup writebackup backupcopy=no", "nobackup writebackup backupcopy=yes",
      "backup backupcopy=no", "backup backupcopy=yes", "backup backupcopy=auto", "nobackup writebackup fsync",
    ])
  func vim(settings: String) throws {
    Files.save(project["f.swift"], "0\n")
    let watcher = try project.watch()
    for count in 1...10 {
      let arguments = [
        "vim", "-u", "NONE", "-N", "-es", "-c", "set \(settings)", "-c", "1s/.*/\(count)/", "-c", "wq",
        project["f.swift"],
      ]
      #expect(try Process(arguments).run(draining: watcher) == [project["f.swift"]])
      #expect(Files.content(of: project["f.swift"]) == "\(count)\n")
    }
  }

  @Test("sed -i itself")
  func sed() throws {
    Files.save(project["f.swift"], "0\n")
    let watcher = try project.watch()
    for count in 1...20 {
      // The temporary file has a random name, which one time in 200 looks like a user's file.
      let found = try Process(["sed", "-i", "s/.*/\(count)/", project["f.swift"]]).run(draining: watcher)
      #expect(found.filter { !$0.hasPrefix(project["sed"]) } == [project["f.swift"]])
    }
  }

  @Test(
    "git itself: a checkout of 1,000 files, back, and a stash, name exactly what changed",
    .enabled("needs git") { has("git") })
  func git() throws {
    let script = """
      set -e; cd '\(project.directory.path)'; export HOME='\(project.directory.path)' GIT_CONFIG_NOSYSTEM=1
      git init -q; git config user.name n; git config user.email e; git config commit.gpgsign false
      """
    func run(_ commands: String, _ watcher: FileWatcher? = nil) throws -> Set<String> {
      let process = try Process(["sh", "-c", "\(script); \(commands)"])
      guard let watcher else {
        try #require(process.succeeded(wait: true) == true)
        return []
      }
      return try process.run(draining: watcher)
    }
    let names = (0..<1000).map { project["d\($0 % 20)/f\($0).swift"] }
    for name in 0..<20 { Files.makeDirectory(project["d\(name)"]) }
    for name in names + [project["same.swift"]] { Files.save(name, "one") }
    _ = try run("git add -A; git commit -q -m one; git branch two; git checkout -q two")
    for name in names { Files.save(name, "other") }
    _ = try run("git add -A; git commit -q -m two")
    let watcher = try project.watch()
    #expect(try run("git checkout -q -", watcher) == Set(names))
    #expect(try run("git checkout -q two", watcher) == Set(names))
    Files.save(project["d0/f0.swift"], "edited")
    #expect(try watcher.takeChanges() == [project["d0/f0.swift"]])
    #expect(try run("git stash -q", watcher) == [project["d0/f0.swift"]])
    #expect(try run("git stash pop -q", watcher) == [project["d0/f0.swift"]])
  }
}
