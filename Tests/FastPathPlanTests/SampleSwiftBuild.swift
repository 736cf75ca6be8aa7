import FastPathLink
import FastPathPlan

/// The files that Swift Build leaves after a build, shortened: the program `App`, the modules `Low` and
/// `Dep`, and C. They were recorded from Swift 6.3.1, with all commands that the plan reads.
struct SampleSwiftBuild {
  var linkOptions = [
    "-target", "x86_64-unknown-linux-gnu", "-emit-executable", "-sysroot", "/", "-L\(Self.products)",
    "-Xlinker", "-rpath", "-Xlinker", "$ORIGIN", "-Xlinker", "--gc-sections", "-Xclang-linker", "-rdynamic",
    "-lswiftCore",
  ]
  /// The inputs of the program's link besides objects.
  var linkInputs: [String] = []
  var lowOptions: [String] = []
  /// The inputs of the module `Low` besides its sources.
  var lowInputs: [String] = []
  /// Another source of the module `Low`.
  var lowSource = "/p/Sources/Low/Sub/Other.swift"
  /// The options for linking the objects of `Low` into one.
  var lowLinkOptions = ["-r", "--sysroot", "/", "-O0", "-nostdlib", "-rdynamic"]
  /// The files that must be made before the C objects and before `Dep`.
  var needsOfC: [String] = []
  var needsOfDep: [String] = []
  /// Commands of other kinds, in JSON.
  var extraCommands: [String] = []
  /// The modules whose command is in the tasks.
  var compiled = ["App", "Low", "Dep"]
  var groups = [
    ("/p/Sources/App", "<absolute>"), ("/p/.build/checkouts/Dep", "<absolute>"), ("/", "<absolute>"),
    ("Sub", "<group>"),
  ]

  static let scratch = "/p/.build"
  static let products = "/p/.build/out/Products/Debug-linux"
  static let intermediates = "/p/.build/out/Intermediates.noindex/p.build/Debug-linux"
  static let program = products + "/App"

  func plan() throws(FallbackReason) -> Plan {
    try Plan(description(), program: Self.program, scratch: Self.scratch)
  }

  func description() throws(FallbackReason) -> SwiftBuildDescription {
    try SwiftBuildDescription(
      manifest: Array(manifest.utf8), tasks: tasks, projects: Array(projects.utf8))
  }

  static func objects(_ target: String) -> String { "\(intermediates)/\(target).build/Objects-normal/x86_64" }

  var manifest: String {
    let commands =
      swift("App", ["/p/Sources/App/App.swift"], needs: ["<Low-modules-ready>", "<CLow-end>"])
      + swift("Low", ["/p/Sources/Low/Low.swift", lowSource], needs: ["<Dep-modules-ready>"], lowInputs)
      + swift("Dep", ["/p/.build/checkouts/Dep/Dep.swift"], needs: needsOfDep)
      + [
        relocatable(
          "Low", [Self.objects("Low") + "/Low.o", Self.objects("Low") + "/Other.o"], lowLinkOptions),
        relocatable("Dep", [Self.objects("Dep") + "/Dep.o"]),
        command(
          "CompileC low.o", "ccompile-nonmodular", ["/p/Sources/CLow/low.c"] + needsOfC,
          [Self.objects("CLow") + "/low.o"]),
        command(
          "Ld CLow.o", "shell", [Self.objects("CLow") + "/low.o"],
          [Self.products + "/CLow.o", "<CLow-linked>"],
          ["/t/usr/bin/clang", "-r"]),
        command("CLow-end", "phony", ["<CLow-linked>"], ["<CLow-end>"]),
        command("CreateBuildDirectory", "create-build-directory", [], [Self.products]),
        link,
      ]
    return """
      {"client":{"name":"basic","version":0,"perform-ownership-analysis":"no"},"targets":{"":["<all>"]},\
      "nodes":{"\(Self.products)":{"is-mutated":true}},"commands":{
      \((commands + extraCommands).joined(separator: ",\n"))
      }}
      """
  }

  var projects: String {
    let children = groups.map {
      #"{"children":[{"path":"A.swift","type":"file"}],"path":"\#($0.0)","sourceTree":"\#($0.1)","type":"group"}"#
    }
    return """
      [{"contents":{"guid":"W","path":"/p","projects":["1"]},"type":"workspace"},
       {"contents":{"groupTree":{"children":[\(children.joined(separator: ","))],"type":"group"}},"type":"project"}]
      """
  }

  /// MessagePack, of which the plan reads the one field `commandLine` of each task.
  var tasks: [UInt8] {
    compiled.flatMap { module in
      let words = ["builtin-SwiftDriver", "--"] + arguments(module)
      return [0x92, 0xC0, 0xC3, 0xDC, 0, UInt8(words.count)] + words.flatMap(Self.packed) + [0xC2]
    }
  }

  private static func packed(_ text: String) -> [UInt8] {
    let count = UInt8(text.utf8.count)
    return (count < 32 ? [0xA0 | count] : [0xD9, count]) + text.utf8
  }

  private func arguments(_ module: String) -> [String] {
    let stem = "\(Self.objects(module))/\(module)"
    return [
      "/t/usr/bin/swiftc", "-module-name", module, "@\(stem).SwiftFileList", "-I", Self.products, "-c", "-j2",
      "-enable-batch-mode", "-incremental", "-output-file-map", stem + "-OutputFileMap.json",
      "-use-frontend-parseable-output", "-save-temps", "-emit-module-path",
      "\(Self.objects(module))/Modules/\(module).swiftmodule", "-emit-const-values", "-Xfrontend",
      "-const-gather-protocols-file", "-Xfrontend", stem + "_const_extract_protocols.json",
    ] + (module == "Low" ? lowOptions : [])
  }

  private var link: String {
    let app = Self.objects("App")
    let inputs =
      ["\(app)/App.o", "\(app)/Modules/App.o"] + ["Low", "CLow", "Dep"].map { "\(Self.products)/\($0).o" }
    return command(
      "Ld App", "shell",
      inputs + linkInputs + [
        "\(app)/App.LinkFileList", "\(app)/App-swiftbuild.autolink", Self.products, "<gate>",
      ],
      [Self.program, "<Linked Binary \(Self.program)>"],
      ["/t/usr/bin/swiftc"] + linkOptions + [
        "@\(app)/App.LinkFileList", "@\(app)/App-swiftbuild.autolink", "-o", Self.program,
      ])
  }

  private func relocatable(_ target: String, _ objects: [String], _ options: [String] = ["-r"]) -> String {
    command(
      "Ld \(target).o", "shell",
      objects + [
        "\(Self.objects(target))/Modules/\(target).o", Self.objects(target) + "/\(target).LinkFileList",
      ],
      ["\(Self.products)/\(target).o"],
      ["/t/usr/bin/clang"] + options + ["@\(Self.objects(target))/\(target).LinkFileList", "-o", "x"])
  }

  private func swift(_ module: String, _ sources: [String], needs: [String], _ inputs: [String] = [])
    -> [String]
  {
    let directory = Self.objects(module)
    let files = ["\(directory)/\(module).SwiftFileList", "\(directory)/\(module)-OutputFileMap.json"]
    let objects = sources.map { "\(directory)/\($0.lastName.dropLast(6)).o" }
    let interface = "\(directory)/Modules/\(module).swiftmodule"
    return [
      command("Gate \(module)", "phony", needs, ["<\(module)-begin-compiling>"]),
      command(
        "Write \(module)", "auxiliary-file", [],
        files + ["\(directory)/\(module).LinkFileList", "\(directory)/\(module)-swiftbuild.autolink"]),
      command(
        "SwiftDriver Compilation \(module)", "swift-driver-compilation",
        sources + inputs + files + ["<\(module)-begin-compiling>"],
        ["\(directory)/\(module) Swift Compilation Finished"] + objects + [
          "\(directory)/A.swiftconstvalues", "\(directory)/Modules/\(module).o",
        ]),
      command(
        "SwiftDriver Compilation Requirements \(module)", "swift-driver-compilation-requirement",
        sources + files + ["<\(module)-begin-compiling>"], [interface]),
      command(
        "Copy \(module)", "file-copy", [interface + "/"],
        ["\(Self.products)/\(module).swiftmodule/x.swiftmodule"]),
      command(
        "Gate \(module) modules", "phony", ["\(Self.products)/\(module).swiftmodule/x.swiftmodule"],
        ["<\(module)-modules-ready>"]),
    ]
  }

  /// A command in JSON.
  func command(
    _ name: String, _ tool: String, _ inputs: [String], _ outputs: [String], _ arguments: [String] = []
  ) -> String {
    #"""
    "P0:\#(name)":{"tool":"\#(tool)","description":"a \"b\"","inputs":\#(list(inputs)),"outputs":\#(list(outputs)),\#
    "args":\#(list(arguments)),"env":{"PATH":"/t"},"x":[1.5,true,{"y":null}]}
    """#
  }

  private func list(_ texts: [String]) -> String {
    "[" + texts.map { "\"\($0.replacing("/", with: "\\/"))\"" }.joined(separator: ",") + "]"
  }
}
