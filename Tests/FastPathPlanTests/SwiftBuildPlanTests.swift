import FastPathLink
import FastPathPlan
import Testing

@Suite("The plan of Swift Build")
struct SwiftBuildPlanTests {
  @Test("has the user's modules in the order of their imports, and the dependencies apart")
  func modules() throws {
    let plan = try SampleSwiftBuild().plan()
    #expect(plan.modules.map(\.name) == ["Low", "App"])
    #expect(plan.modules.map(\.importers) == [[1], []])
    #expect(plan.modules[0].objects.map(\.lastName) == ["Low.o", "Other.o"])
    #expect(plan.modules[0].wrapped == SampleSwiftBuild.objects("Low") + "/Modules/Low.o")
    // Other modules read the copy.
    #expect(plan.modules[0].interface == SampleSwiftBuild.products + "/Low.swiftmodule/x.swiftmodule")
    #expect(plan.modules[0].dependencies == SampleSwiftBuild.objects("Low") + "/Low-primary-emit-module.d")
    #expect(plan.dependencyObjects == [SampleSwiftBuild.products + "/Dep.o"])
    // The objects of the user's target replace the one into which they are linked.
    #expect(
      plan.ownObjects.map(\.lastName) == ["App.o", "App.o", "Low.o", "Other.o", "Low.o", "low.o"])
    #expect(plan.otherInputs == ["/p/.build/checkouts/Dep/Dep.swift", "/p/Sources/CLow/low.c"])
    #expect(plan.directories == ["/p/Sources/App"])
  }

  @Test("links with the same options, but for what the linker need not do")
  func link() throws {
    #expect(
      try SampleSwiftBuild().plan().linkArguments == [
        "-module-name", "HotReloadProgram", "-target", "x86_64-unknown-linux-gnu", "-sysroot", "/",
        "-L" + SampleSwiftBuild.products, "-Xlinker", "-rpath=$ORIGIN", "-Xclang-linker", "-rdynamic",
        "-lswiftCore",
      ])
  }

  @Test("compiles with the same options, but for what only Swift Build reads")
  func arguments() throws {
    let low = SampleSwiftBuild.objects("Low")
    #expect(
      try SampleSwiftBuild().plan().modules[0].arguments == [
        "/t/usr/bin/swiftc", "-module-name", "Low", "@\(low)/Low.SwiftFileList", "-I",
        SampleSwiftBuild.products, "-c", "-enable-batch-mode", "-incremental", "-output-file-map",
        "\(low)/Low-OutputFileMap.json", "-emit-module-path", "\(low)/Modules/Low.swiftmodule",
      ])
  }

  @Test(
    "is none for modules of which the jobs have another shape",
    arguments: ["-wmo", "-O", "-explicit-module-build", "-cache-compile-job"])
  func options(option: String) {
    var build = SampleSwiftBuild()
    build.lowOptions = [option]
    #expect(throws: FallbackReason("module Low is compiled with \(option)")) { try build.plan() }
  }

  @Test(
    "is none for a link with what is not known",
    arguments: [["-static-stdlib"], ["-Xlinker", "--wrap=malloc"], ["-Xclang-linker", "-pg"], ["-Xlinker"]])
  func linkOptions(options: [String]) {
    var build = SampleSwiftBuild()
    build.linkOptions += options
    #expect(throws: FallbackReason.self) { try build.plan() }
  }

  @Test(
    "is none for a program that is linked with a library", arguments: ["/x/libX.a", "/p/.build/out/X.so"])
  func library(path: String) {
    var build = SampleSwiftBuild()
    build.linkInputs = [path]
    #expect(throws: FallbackReason("the program is linked with \(path)")) { try build.plan() }
  }

  @Test("is none for an object that nothing makes")
  func unmade() {
    var build = SampleSwiftBuild()
    build.linkInputs = ["/x/y.o"]
    #expect(throws: FallbackReason("no command makes /x/y.o")) { try build.plan() }
  }

  @Test("is none for a target whose objects are linked in a way of their own")
  func partialLink() {
    var build = SampleSwiftBuild()
    build.lowLinkOptions += ["-Xlinker", "--retain-symbols-file=x"]
    #expect(throws: FallbackReason("Low.o is linked with -Xlinker")) { try build.plan() }
  }

  @Test("is none when C reads the header of a module")
  func header() {
    var build = SampleSwiftBuild()
    build.needsOfC = ["<Low-modules-ready>"]
    #expect(throws: FallbackReason("low.o may read the header of module Low")) { try build.plan() }
  }

  @Test("is none when a dependency imports a module of the user's: it would have to be compiled again")
  func importedByDependency() {
    var build = SampleSwiftBuild()
    build.needsOfDep = ["<Low-modules-ready>"]
    #expect(throws: FallbackReason("a dependency imports the module Low")) { try build.plan() }
  }

  @Test("is none when another command reads a source")
  func otherReader() {
    var build = SampleSwiftBuild()
    build.needsOfC = ["/p/Sources/Low/Low.swift"]
    #expect(throws: FallbackReason("/p/Sources/Low/Low.swift is also read by 'P0:CompileC low.o'")) {
      try build.plan()
    }
  }

  @Test("is none for a module that is compiled with a file of a kind that is not known")
  func inputs() {
    var build = SampleSwiftBuild()
    build.lowInputs = ["/p/Sources/Low/model.bin"]
    #expect(throws: FallbackReason("module Low is compiled with /p/Sources/Low/model.bin")) {
      try build.plan()
    }
  }

  @Test("counts what a macro's program is made of, and resources, as files and as directories")
  func otherInputs() throws {
    var build = SampleSwiftBuild()
    build.lowInputs = ["/p/.build/out/Products/Debug/Macros"]
    build.needsOfC = ["/p/Sources/App/Pages/"]
    build.extraCommands = [
      build.command(
        "Ld Macros", "shell", ["/p/Sources/Macros/M.swift"], ["/p/.build/out/Products/Debug/Macros"])
    ]
    let inputs = try build.plan().otherInputs
    #expect(inputs.contains("/p/Sources/Macros/M.swift"))
    #expect(inputs.contains("/p/Sources/App/Pages") && inputs.contains("/p/Sources/App/Pages/"))
  }

  @Test("is none when a plugin's prebuild command has made a source, as it will before every build")
  func prebuild() throws {
    var build = SampleSwiftBuild()
    build.lowSource = "/p/.build/plugins/outputs/p/Low/destination/Making/Other.swift"
    #expect(throws: FallbackReason("Other.swift is made by a plugin before every build")) { try build.plan() }
    build.extraCommands = [build.command("Make", "shell", ["/p/model.txt"], [build.lowSource])]
    #expect(try build.plan().otherInputs.contains("/p/model.txt"))
  }

  @Test("is none without the command of a module, or for a program that nothing makes")
  func missing() throws {
    var build = SampleSwiftBuild()
    build.compiled = ["App", "Dep"]
    #expect(throws: FallbackReason.self) { try build.plan() }
    build.compiled = []
    #expect(throws: FallbackReason("Swift Build's tasks have no compiler command")) { try build.plan() }
    #expect(throws: FallbackReason.self) {
      try Plan(SampleSwiftBuild().description(), program: "/p/Other", scratch: "/p/.build")
    }
  }
}
