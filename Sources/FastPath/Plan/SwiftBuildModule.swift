internal import FastPathLink

extension Plan.Module {
  /// Creates the module that a command of Swift Build compiles. Throws ``FallbackReason`` if the command is not
  /// understood.
  init(swiftBuild command: BuildManifest.Command, _ build: SwiftBuildDescription) throws(FallbackReason) {
    let ending = "-OutputFileMap.json"
    let maps = command.inputs.filter { $0.hasSuffix(ending) }
    guard maps.count == 1, let arguments = build.commands.byOutputFileMap[maps[0]],
      let name = arguments.value(after: "-module-name"), arguments[0].hasSuffix("/swiftc"),
      arguments.contains("-incremental"), let made = arguments.value(after: "-emit-module-path"),
      made.hasSuffix(".swiftmodule")
    else {
      throw FallbackReason("'\(command.name)' is not a command that compiles a Swift module incrementally")
    }
    try Self.checkOptions(arguments, of: name)
    let lists = command.inputs.filter { $0.hasSuffix(".SwiftFileList") }
    guard lists.count == 1, arguments.contains("@" + lists[0]) else {
      throw FallbackReason("module \(name) is compiled from an unsupported list of sources")
    }
    self.name = name
    self.arguments = Self.withoutReports(arguments)
    dependencies = maps[0].dropLast(ending.utf8.count) + "-primary-emit-module.d"
    sources = command.inputs.filter { $0.hasSuffix(".swift") }
    let wrapped: String = made.dropLast(".swiftmodule".utf8.count) + ".o"
    var unknown = Set(command.outputs.filter { $0.hasSuffix(".o") })
    self.wrapped = unknown.remove(wrapped)
    let directory = maps[0].directory
    let stems = sources.map { "\(directory)/\($0.lastName.dropLast(".swift".utf8.count))" }
    (objects, notes) = (stems.map { $0 + ".o" }, stems.map { $0 + ".swiftdeps" })
    guard !sources.isEmpty, unknown.count == objects.count, unknown == Set(objects) else {
      throw FallbackReason("module \(name) has outputs other than one object for each source")
    }
    interface = Self.copy(of: made, build.manifest) ?? made
    for input in command.inputs where input.hasPrefix("/") && build.manifest.producers[input] == nil {
      if input.hasSuffix(".swift") || input.hasSuffix(".modulemap") { continue }
      throw FallbackReason("module \(name) is compiled with \(input)")
    }
  }

  /// Returns the path at which other modules find an interface that is made beside the objects; `nil` if it
  /// is not copied.
  private static func copy(of interface: String, _ manifest: BuildManifest) -> String? {
    let copies = manifest.commands.filter { $0.tool == "file-copy" && $0.inputs.contains(interface) }
    return copies.count == 1 ? copies[0].outputs.first { $0.hasSuffix(".swiftmodule") } : nil
  }

  /// Returns the command without the options that are only for Swift Build: parseable messages, constant
  /// values and intermediate files.
  private static func withoutReports(_ arguments: [String]) -> [String] {
    var kept: [String] = []
    var rest = arguments[...]
    while let option = rest.popFirst() {
      switch option {
      case "-use-frontend-parseable-output", "-save-temps", "-emit-const-values": break
      case "-Xfrontend" where rest.first == "-const-gather-protocols-file": rest = rest.dropFirst(3)
      case _ where option.hasPrefix("-j") && Int(option.dropFirst(2)) != nil: break
      default: kept.append(option)
      }
    }
    return kept
  }
}
