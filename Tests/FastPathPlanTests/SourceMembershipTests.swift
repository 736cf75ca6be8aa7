import Testing

@testable import FastPathPlan

@Suite("A source that comes or goes")
struct SourceMembershipTests {
  private let low = 0
  private let manifest =
    ".target(name: \"Low\"), .executableTarget(name: \"App\", resources: [.copy(\"data.txt\")])"
  private let files: Set<String> = [
    "/p/Sources/App/App.swift", "/p/Sources/Low/Low.swift", "/p/Sources/Low/Sub/Other.swift",
  ]

  private func text(_ text: String) -> SourceText { SourceText(Array(text.utf8)) }

  private func module(
    ofNew path: String, _ source: String = "func f() {}", sources: [[String]]? = nil,
    files: Set<String>? = nil,
    manifests: [String]? = nil
  ) throws(FallbackReason) -> String {
    let plan = try SampleManifest().plan()
    let membership = SourceMembership(plan, files: files ?? self.files)
    let index = try membership.module(
      ofNew: path, text(source), sources: sources ?? plan.modules.map(\.sources),
      manifests: manifests ?? [manifest])
    return plan.modules[index].name
  }

  private func removal(
    of path: String, _ source: String? = "func f() {}", from module: Int, manifests: [String]? = nil
  ) throws(FallbackReason) {
    let plan = try SampleManifest().plan()
    try SourceMembership(plan, files: files).checkRemoval(
      of: path, source.map(text), from: module, sources: plan.modules.map(\.sources),
      manifests: manifests ?? [manifest])
  }

  private func isRefused(_ reason: String, _ body: () throws(FallbackReason) -> Void) -> Bool {
    do throws(FallbackReason) {
      try body()
      return false
    } catch {
      return error.description.contains(reason)
    }
  }

  @Test(
    "belongs to the module in whose directory, or below it, it is",
    arguments: [
      ("/p/Sources/Low/New.swift", "Low"), ("/p/Sources/Low/Sub/New.swift", "Low"),
      ("/p/Sources/Low/Sub/Deep/er/New.swift", "Low"), ("/p/Sources/Low/Fresh/New.swift", "Low"),
      ("/p/Sources/App/New.swift", "App"),
    ])
  func owner(path: String, name: String) throws { #expect(try module(ofNew: path) == name) }

  @Test(
    "is left to SwiftPM where it may be no plain source",
    arguments: [
      "/p/Sources/Low/New.c", "/p/Sources/Low/main.swift", "/p/Sources/Low/Docs.docc/New.swift",
      "/p/Sources/Low/Images.xcassets/Deep/New.swift", "/p/Sources/New.swift", "/elsewhere/New.swift",
      "New.swift", "",
    ])
  func uncertain(path: String) {
    #expect(
      isRefused("is new, and may not be a plain source of a module") { () throws(FallbackReason) in
        _ = try module(ofNew: path)
      })
  }

  @Test("is left to SwiftPM if it may be an entry point, or removes one")
  func entryPoint() {
    #expect(
      isRefused("is new") { () throws(FallbackReason) in
        _ = try module(ofNew: "/p/Sources/App/New.swift", "@main struct New { static func main() {} }")
      })
    for source in ["@main struct Low {}", nil] {
      #expect(
        isRefused("may have been the entry point") { () throws(FallbackReason) in
          try removal(of: "/p/Sources/Low/Low.swift", source, from: low)
        })
    }
  }

  @Test("is left to SwiftPM where a source beside it is none of the module")
  func excluded() {
    #expect(
      isRefused("is new") { () throws(FallbackReason) in
        _ = try module(ofNew: "/p/Sources/Low/New.swift", files: files.union(["/p/Sources/Low/Old.swift"]))
      })
  }

  @Test(
    "is left to SwiftPM where the manifest says its name, or may say it",
    arguments: [
      "exclude: [\"New.swift\"]", "sources: [\"Sub\"]", "plugins: []", ".plugin(name: \"P\")", "\"Fresh\"",
    ])
  func manifest(line: String) {
    #expect(
      isRefused("the manifest mentions ") { () throws(FallbackReason) in
        _ = try module(ofNew: "/p/Sources/Low/Fresh/New.swift", manifests: [manifest, line])
      })
    #expect(
      isRefused("whose manifest was not found") { () throws(FallbackReason) in
        _ = try module(ofNew: "/p/Sources/Low/Fresh/New.swift", manifests: [])
      })
  }

  @Test("has a name that no other source of the module has: their objects would be one")
  func sameName() {
    #expect(
      isRefused("two sources of module Low are called Other.swift") { () throws(FallbackReason) in
        _ = try module(ofNew: "/p/Sources/Low/Other.swift")
      })
  }

  @Test("may go if the module has others")
  func removed() throws {
    try removal(of: "/p/Sources/Low/Sub/Other.swift", from: low)
    #expect(
      isRefused("module App has a single source") { () throws(FallbackReason) in
        try removal(of: "/p/Sources/App/App.swift", from: 1)
      })
    #expect(
      isRefused("mentions 'Other.swift'") { () throws(FallbackReason) in
        try removal(
          of: "/p/Sources/Low/Sub/Other.swift", from: low, manifests: ["exclude: [\"Sub/Other.swift\"]"])
      })
  }
}
