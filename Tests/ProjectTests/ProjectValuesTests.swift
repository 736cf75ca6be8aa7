import Building
import Posix
import Project
import Reloader
import Serving
import Settings
import Testing
import WatchingTestSupport

@Suite("What the settings mean for the parts of hotreload")
struct ProjectValuesTests {
  private let root: String
  private let directory = TemporaryDirectory()

  init() throws {
    root = try #require(FileSystem.realPath(directory.path))
    try FileSystem.write("// swift-tools-version: 6.1\n", to: root + "/Package.swift")
  }

  private func project(_ text: String) throws -> Project {
    try FileSystem.write(text, to: root + "/.reload.toml")
    var invocation = Invocation()
    invocation.packagePath = root
    return try Project(invocation)
  }

  @Test("are the times of a swap, each in its place")
  func timing() throws {
    let timing = try project(
      """
      [swap]
      ready-timeout = "1s"
      handover-timeout = "2s"
      probation = "3s"
      drain-timeout = "4s"
      stop-timeout = "5s"
      strategy = "replace"
      connections = "end"
      [restart]
      policy = "no"
      delay = "6s"
      limit = "7s"
      healthy-after = "8s"
      """
    ).timing
    #expect(
      [
        timing.readiness, timing.handover, timing.probation, timing.drain, timing.grace, timing.backoff,
        timing.backoffLimit, timing.health,
      ] == (1...8).map { .seconds($0) })
    #expect(timing.replaces && !timing.movesConnections && timing.policy == RestartPolicy(.never))
    let defaults = try project("").timing
    #expect(!defaults.replaces && defaults.movesConnections && defaults.policy == RestartPolicy(.onFailure))
  }

  @Test(
    "are a restart policy with its count",
    arguments: [
      ("on-failure:5", RestartPolicy(.onFailure, limit: 5)), ("always", RestartPolicy(.always)),
      ("unless-stopped", RestartPolicy(.unlessStopped)),
    ])
  func policy(text: String, policy: RestartPolicy) throws {
    #expect(try project("restart.policy = \"\(text)\"").timing.policy == policy)
  }

  @Test("are the checks of the live generation, of which there is none without settings")
  func liveness() throws {
    let text = """
      [health]
      path = "/live"
      tcp = true
      command = ["./alive"]
      period = "1s"
      timeout = "2s"
      threshold = 4
      delay = "3s"
      """
    let settings = try project(text)
    #expect(
      settings.timing.liveness
        == Liveness.Conditions(
          path: "/live", accepts: true, hasCommand: true, period: .seconds(1), timeout: .seconds(2),
          threshold: 4, delay: .seconds(3)))
    #expect(try settings.launch { _ in }.healthCommand == .arguments(["./alive"]))
    let none = try project("").timing.liveness
    #expect(none.path == nil && !none.accepts && !none.hasCommand && none.threshold == 3)
  }

  @Test("are what a new generation must do to take over, which is nothing but to listen without settings")
  func conditions() throws {
    let text = """
      [swap]
      ready = "notify"
      ready-path = "/health"
      ready-command = "./migrated.sh"
      ready-delay = "200ms"
      ready-period = "1s"
      ready-threshold = 2
      """
    #expect(
      try project(text).timing.conditions
        == Readiness.Conditions(
          notifies: true, path: "/health", hasCommand: true, delay: .milliseconds(200),
          period: .seconds(1), threshold: 2))
    #expect(try project(text).launch { _ in }.readyCommand == .shell("./migrated.sh"))
    #expect(
      try project("").timing.conditions
        == Readiness.Conditions(
          notifies: false, path: nil, hasCommand: false, delay: .zero, period: .milliseconds(250),
          threshold: 1))
    #expect(try project("").launch { _ in }.readyCommand == nil)
  }

  @Test("are how a program is made, by SwiftPM without options unless something else is said")
  func recipe() throws {
    #expect(try project("").recipe == Recipe())
    #expect(try project("[build]\nconfiguration = \"debug\"\n").recipe == Recipe())
    #expect(
      try project(
        "[build]\nconfiguration = \"release\"\narguments = [\"-v\"]\nenvironment = { A = \"1=2\" }\n"
      ).recipe
        == Recipe(configuration: "release", arguments: ["-v"], variables: ["A=1=2"]))
  }

  @Test("are how a server is started, with the variables of its files below its own")
  func launch() throws {
    try FileSystem.write("HOTRELOAD_TEST_A=file\nHOTRELOAD_TEST_B=file\n", to: root + "/.env")
    try FileSystem.write("HOTRELOAD_TEST_C=$HOTRELOAD_TEST_A\nPATH=file\n", to: root + "/second.env")
    let text = """
      [run]
      arguments = ["80"]
      directory = "."
      env-files = [".env", "second.env"]
      environment = { HOTRELOAD_TEST_B = "own" }

      """
    var warnings: [String] = []
    let launch = try project(text).launch { warnings.append($0) }
    #expect(launch.arguments == ["80"] && launch.directory == root && launch.listen.isEmpty && warnings == [])
    // hotreload's own environment wins over files.
    #expect(
      launch.variables == [
        "HOTRELOAD_TEST_A=file", "HOTRELOAD_TEST_B=file", "HOTRELOAD_TEST_C=file", "HOTRELOAD_TEST_B=own",
      ])
    let win = try project(text + "env-files-override = true\n").launch { _ in }
    #expect(win.variables.contains("PATH=file"))
  }

  @Test(
    "are refused where they mean nothing",
    arguments: [
      ("[run]\ndirectory = \"none\"", "2:1", "'run.directory'"),
      ("[swap]\nlisten = [\"8080\"]", "2:1", "'swap.listen'"),
      ("[swap]\nlisten = [\"localhost:80\"]", "2:1", "'swap.listen'"),
    ])
  func refused(text: String, place: String, key: String) throws {
    let project = try project(text)
    let error = try #require(throws: SettingsError.self) { try project.launch { _ in } }
    #expect(error.description.hasPrefix("\(root)/.reload.toml:\(place): error: \(key) "))
  }

  @Test("are refused with the name of a file that cannot be read")
  func missingFile() throws {
    let project = try project("[run]\nenv-files = [\"none.env\"]\n")
    let error = try #require(throws: SettingsError.self) { try project.launch { _ in } }
    #expect(error.description.contains("\(root)/none.env") && error.description.contains("'run.env-files'"))
  }

  @Test("are which saves start the server anew")
  func restarts() throws {
    let project = try project("[run]\nenv-files = [\".env\"]\n[watch]\nrestart-on = [\"templates\"]\n")
    #expect(project.restarts(on: root + "/.env") && project.restarts(on: root + "/templates/a/b.html"))
    #expect(!project.restarts(on: root + "/templates.html") && !project.restarts(on: root + "/.env.local"))
    #expect(project.shortened(root + "/.env") == ".env" && project.shortened("/etc/env") == "/etc/env")
  }

  @Test("are not to watch a whole home directory")
  func dangerousRoots() throws {
    let home = try #require(CurrentProcess.variable("HOME").flatMap(FileSystem.realPath))
    let text = "[watch]\ninclude = [\"\(home)\"]\n"
    let error = try #require(throws: UsageFailure.self) { try project(text).refuseDangerousRoots() }
    #expect(error.description.contains(home) && error.description.contains("watch.dangerous-root"))
    try project(text + "dangerous-root = true\n").refuseDangerousRoots()
    try project("[watch]\ninclude = [\"templates\"]\n").refuseDangerousRoots()
  }
}
