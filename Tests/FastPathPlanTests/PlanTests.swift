import FastPathLink
import FastPathPlan
import Testing

@Suite("The plan")
struct PlanTests {
  @Test("has the user's modules in the order of their imports, and the dependencies apart")
  func modules() throws {
    let plan = try SampleManifest().plan()
    #expect(plan.modules.map(\.name) == ["Low", "App"])
    #expect(plan.modules.map(\.importers) == [[1], []])
    #expect(plan.dependencyObjects.map(\.lastName) == ["Dep.swift.o", "Dep.swiftmodule.o"])
    #expect(
      plan.ownObjects.map(\.lastName) == [
        "App.swift.o", "App.swiftmodule.o", "low.c.o", "Low.swift.o", "Other.swift.o", "Low.swiftmodule.o",
      ])
    #expect(plan.otherInputs == ["/p/.build/checkouts/Dep/Dep.swift", "/p/Sources/CLow/low.c"])
    #expect(plan.linkArguments == ["-L", SampleManifest.bin, "-module-name", "App", "-g"])
  }

  @Test(
    "is none for a link with what is not known",
    arguments: ["-static-stdlib", "-static-executable", "-sanitize=address", "/x/y.a"])
  func linkOptions(option: String) {
    var manifest = SampleManifest()
    manifest.linkOptions.append(option)
    #expect(throws: FallbackReason("the program is linked with \(option)")) { try manifest.plan() }
  }

  @Test("is none for an option of the linker that is not known")
  func linkerOption() {
    var manifest = SampleManifest()
    manifest.linkOptions += ["-Xlinker", "--wrap=malloc"]
    #expect(throws: FallbackReason("the program is linked with -Xlinker --wrap=malloc")) {
      try manifest.plan()
    }
  }

  @Test("is none for a program that is linked with a binary target")
  func binaryTarget() {
    var manifest = SampleManifest()
    manifest.linkInputs = ["/p/.build/artifacts/p/X/libX.a"]
    #expect(throws: FallbackReason("the program is linked with /p/.build/artifacts/p/X/libX.a")) {
      try manifest.plan()
    }
  }

  @Test("counts a macro's program as another input, and is none for an input of a kind that is not known")
  func inputs() throws {
    var manifest = SampleManifest()
    manifest.lowInputs = [SampleManifest.bin + "/Macros-tool"]
    #expect(try manifest.plan().otherInputs.contains(SampleManifest.bin + "/Macros-tool"))
    manifest.lowInputs = ["/p/Sources/Low/model.bin"]
    #expect(throws: FallbackReason("module Low is compiled with /p/Sources/Low/model.bin")) {
      try manifest.plan()
    }
  }

  @Test("is none when a plugin's prebuild command has made a source, as it will before every build")
  func prebuild() throws {
    var manifest = SampleManifest()
    manifest.lowSource = "/p/.build/plugins/outputs/p/Low/destination/Making/Other.swift"
    #expect(throws: FallbackReason("Other.swift is made by a plugin before every build")) {
      try manifest.plan()
    }
    // A file for which the manifest has a command is made by that command.
    manifest.make(manifest.lowSource, inputs: ["/p/model.txt"], arguments: ["/p/.build/t/debug/Maker-tool"])
    #expect(try manifest.plan().otherInputs.contains("/p/model.txt"))
  }

  @Test("is none for optimised modules", arguments: ["-O", "-wmo", "-whole-module-optimization"])
  func optimised(option: String) {
    var manifest = SampleManifest()
    manifest.lowOptions = [option]
    #expect(throws: FallbackReason("module Low is compiled with \(option)")) { try manifest.plan() }
  }

  @Test("is none when C reads the header of a module")
  func header() {
    var manifest = SampleManifest()
    manifest.add(
      "CTop.build/top.c.o", tool: "clang", inputs: ["/p/Sources/CTop/top.c"],
      arguments: [
        "clang", "-fmodule-map-file=\(SampleManifest.bin)/Low.build/include/module.modulemap",
      ])
    #expect(throws: FallbackReason("top.c.o may read the header of module Low")) { try manifest.plan() }
  }

  @Test("is none when a dependency imports a module of the user's: it would have to be compiled again")
  func importedByDependency() {
    var manifest = SampleManifest()
    manifest.add(
      "Over.build/Over.swift.o",
      inputs: ["/p/.build/checkouts/Over/Over.swift", SampleManifest.bin + "/Modules/Low.swiftmodule"],
      arguments: ["/t/swiftc"])
    #expect(throws: FallbackReason("a dependency imports the module of 'C.Low.module'")) {
      try manifest.plan()
    }
  }

  @Test("is none when another command reads a source")
  func otherReader() {
    var manifest = SampleManifest()
    manifest.add(
      "CTop.build/top.c.o", tool: "clang", inputs: ["/p/Sources/Low/Low.swift"], arguments: ["clang"])
    #expect(throws: FallbackReason("/p/Sources/Low/Low.swift is also read by 'C.extra'")) {
      try manifest.plan()
    }
  }

  @Test(
    "is none for a manifest of another shape",
    arguments: [
      "", "commands:\n", "commands:\n  \"a\":\n    tool: shell\n    surprise: 1\n",
      "commands:\n  \"a\":\n    inputs: [a]\n",
      "commands:\n      deeper: 1\n",
    ])
  func shape(text: String) {
    #expect(throws: FallbackReason.self) { try BuildManifest(Array(text.utf8)) }
  }

  @Test("is none for a program that nothing makes")
  func unknownProgram() {
    #expect(throws: FallbackReason.self) {
      try Plan(
        BuildManifest(Array(SampleManifest().text.utf8)), program: "/p/.build/t/debug/Other",
        scratch: "/p/.build")
    }
  }
}
