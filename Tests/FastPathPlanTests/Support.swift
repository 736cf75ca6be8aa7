import FastPathPlan

/// A manifest as SwiftPM writes it: a program of the modules `App` and `Low`, C, and the dependency `Dep`.
struct SampleManifest {
  var linkOptions = ["-L", "/p/.build/t/debug", "-module-name", "App", "-emit-executable", "-g"]
  var lowOptions: [String] = []
  /// The modules that `App` imports.
  var appImports = ["/p/.build/t/debug/Modules/Low.swiftmodule"]
  /// The inputs of the module `Low` besides its sources.
  var lowInputs: [String] = []
  /// Another source of the module `Low`.
  var lowSource = "/p/Sources/Low/Sub/Other.swift"
  /// The inputs of the program's link besides objects.
  var linkInputs: [String] = []
  private var extraCommands = ""
  private var extraObject: String?

  static let bin = "/p/.build/t/debug"

  var text: String {
    let bin = Self.bin
    let objects =
      [
        "\(bin)/App.build/App.swift.o", "\(bin)/App.build/App.swiftmodule.o", "\(bin)/CLow.build/low.c.o",
        "\(bin)/Dep.build/Dep.swift.o", "\(bin)/Dep.build/Dep.swiftmodule.o", "\(bin)/Low.build/Low.swift.o",
        "\(bin)/Low.build/Sub/Other.swift.o", "\(bin)/Low.build/Low.swiftmodule.o",
      ] + (extraObject.map { [$0] } ?? [])
    return """
      client:
        name: basic
      tools: {}
      targets:
        "main": ["<App.exe>"]
      default: "main"
      commands:
      \(module("App", ["/p/Sources/App/App.swift"], ["\(bin)/App.build/App.swift.o"], appImports))
      \(module("Dep", ["/p/.build/checkouts/Dep/Dep.swift"], ["\(bin)/Dep.build/Dep.swift.o"], []))
      \(module("Low", ["/p/Sources/Low/Low.swift", lowSource], ["\(bin)/Low.build/Low.swift.o", "\(bin)/Low.build/Sub/Other.swift.o"], ["\(bin)/Modules/Dep.swiftmodule"] + lowInputs, lowOptions))
        "\(bin)/CLow.build/low.c.o":
          tool: clang
          inputs: \(list(["/p/Sources/CLow/low.c"]))
          outputs: \(list(["\(bin)/CLow.build/low.c.o"]))
          description: "Compiling CLow low.c"
          args: ["clang","-c","/p/Sources/CLow/low.c"]
          deps: "\(bin)/CLow.build/low.c.d"

        "C.App.exe":
          tool: shell
          inputs: \(list(objects + linkInputs + ["\(bin)/App.product/Objects.LinkFileList"]))
          outputs: \(list(["\(bin)/App"]))
          description: "Linking App"
          args: \(list(["/t/swiftc"] + linkOptions + ["-o", "\(bin)/App", "@\(bin)/App.product/Objects.LinkFileList"]))

        "\(bin)/App.product/Objects.LinkFileList":
          tool: write-auxiliary-file
          inputs: \(list(["<link-file-list>"] + objects))
          outputs: \(list(["\(bin)/App.product/Objects.LinkFileList"]))

      \(extraCommands)
      """
  }

  /// Adds an object to the program.
  mutating func add(_ object: String, tool: String = "shell", inputs: [String], arguments: [String]) {
    extraObject = "\(Self.bin)/\(object)"
    make("\(Self.bin)/\(object)", tool: tool, inputs: inputs, arguments: arguments)
  }

  /// Adds a command that makes a file.
  mutating func make(_ path: String, tool: String = "shell", inputs: [String], arguments: [String]) {
    extraCommands = """
        "C.extra":
          tool: \(tool)
          inputs: \(list(inputs))
          outputs: \(list([path]))
          args: \(list(arguments))

      """
  }

  func plan() throws(FallbackReason) -> Plan {
    try Plan(BuildManifest(Array(text.utf8)), program: Self.bin + "/App", scratch: "/p/.build")
  }

  private func module(
    _ name: String, _ sources: [String], _ objects: [String], _ imports: [String], _ options: [String] = []
  ) -> String {
    let bin = Self.bin
    let interface = "\(bin)/Modules/\(name).swiftmodule"
    let arguments =
      [
        "/t/swiftc", "-module-name", name, "-emit-module", "-emit-module-path", interface, "-output-file-map",
        "\(bin)/\(name).build/output-file-map.json", "-incremental", "-c", "@\(bin)/\(name).build/sources",
        "-index-store-path", "\(bin)/index/store", "-parseable-output",
      ] + options
    return """
        "C.\(name).module":
          tool: shell
          inputs: \(list(sources + imports + ["\(bin)/\(name).build/sources"]))
          outputs: \(list(objects + [interface]))
          description: "Compiling Swift Module '\(name)'"
          args: \(list(arguments))

        "\(bin)/\(name).build/\(name).swiftmodule.o":
          tool: shell
          inputs: \(list([interface]))
          outputs: \(list(["\(bin)/\(name).build/\(name).swiftmodule.o"]))
          args: \(list(["/t/swiftc", "-modulewrap", interface]))

        "\(bin)/\(name).build/sources":
          tool: write-auxiliary-file
          inputs: \(list(["<sources-file-list>"] + sources))
          outputs: \(list(["\(bin)/\(name).build/sources"]))
      """
  }

  private func list(_ texts: [String]) -> String {
    "[" + texts.map { "\"\($0)\"" }.joined(separator: ",") + "]"
  }
}
