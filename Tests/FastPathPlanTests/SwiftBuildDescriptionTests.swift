import FastPathPlan
import Testing

@Suite("What Swift Build writes down")
struct SwiftBuildDescriptionTests {
  private let build = SampleSwiftBuild()

  @Test("is not understood when it is cut off anywhere")
  func cut() {
    let manifest = Array(build.manifest.utf8)
    for count in stride(from: 0, to: manifest.count, by: 13) {
      #expect(throws: FallbackReason.self) { try BuildManifest(json: Array(manifest[..<count])) }
    }
    let projects = Array(build.projects.utf8)
    for count in projects.indices {
      #expect(throws: FallbackReason.self) {
        try read(manifest: Array(#"{"commands":{"a":{}}}"#.utf8), projects: Array(projects[..<count]))
      }
    }
  }

  @Test("loses a command that is cut off, and with it the plan")
  func cutCommand() throws {
    let tasks = build.tasks
    let last = try #require(tasks.lastIndex(of: 0xC2))
    for count in stride(from: last, to: 0, by: -7) {
      let plan = try? Plan(
        read(tasks: Array(tasks[..<count])), program: SampleSwiftBuild.program,
        scratch: SampleSwiftBuild.scratch)
      // The last task compiles the dependency, which the plan does not need.
      #expect(plan == nil || plan?.modules.map(\.name) == ["Low", "App"])
    }
  }

  @Test("may have any byte changed, and nothing traps")
  func damaged() throws {
    let manifest = Array(build.manifest.utf8)
    for index in stride(from: 0, to: manifest.count, by: 11) {
      var damaged = manifest
      damaged[index] ^= 0x21
      _ = try? BuildManifest(json: damaged)
    }
    let tasks = build.tasks
    for index in tasks.indices {
      var damaged = tasks
      damaged[index] ^= 0x7F
      _ = try? read(manifest: Array(#"{"commands":{"a":{}}}"#.utf8), tasks: damaged)
    }
  }

  @Test("has strings of all lengths")
  func lengths() throws {
    let long = String(repeating: "a", count: 70_000)
    let words = ["builtin-SwiftDriver", "--", "/t/swiftc", "-output-file-map", "/m", long, ""]
    var tasks: [UInt8] = [0xDB] + bytes(20, 4)  // the bytes before are ignored
    tasks += [0x90 | UInt8(words.count)]
    for word in words { tasks += [0xDB] + bytes(word.utf8.count, 4) + word.utf8 }
    // The string by which a command is found is always short.
    #expect(throws: FallbackReason("Swift Build's tasks have no compiler command")) { try read(tasks: tasks) }
    tasks.replaceSubrange(6..<11, with: [0xB3])
    _ = try read(tasks: tasks)
  }

  @Test("is none with two commands for one module")
  func contradiction() throws {
    var other = build
    other.compiled = ["Low"]
    _ = try read(tasks: build.tasks + other.tasks)
    other.lowOptions = ["-DOTHER"]
    #expect(throws: FallbackReason.self) { try read(tasks: build.tasks + other.tasks) }
  }

  @Test(
    "is none for JSON of another shape",
    arguments: [
      "", "{}", "[]", "{\"commands\":{}}", "{\"commands\":{\"a\":{\"inputs\":[1]}}}",
      "{\"commands\":{\"a\":{\"outputs\":[\"\\u0041\"]}}}", "{\"commands\":{\"a\":}}",
      "{\"x\":],\"commands\":{}}",
    ])
  func shape(text: String) {
    #expect(throws: FallbackReason.self) { try read(manifest: Array(text.utf8)) }
  }

  private func read(manifest: [UInt8]? = nil, tasks: [UInt8]? = nil, projects: [UInt8]? = nil)
    throws(FallbackReason)
    -> SwiftBuildDescription
  {
    try SwiftBuildDescription(
      manifest: manifest ?? Array(build.manifest.utf8), tasks: tasks ?? build.tasks,
      projects: projects ?? Array(build.projects.utf8))
  }

  private func bytes(_ number: Int, _ width: Int) -> [UInt8] {
    (0..<width).reversed().map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
  }
}
