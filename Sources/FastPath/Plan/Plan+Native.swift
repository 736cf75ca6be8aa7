internal import FastPathLink

// The plan of a program that was built by SwiftPM's native build system.
extension Plan {
  /// Creates the plan for `program`, the path of a product in SwiftPM's directory `scratch`. Throws
  /// ``FallbackReason`` if compiling its modules one by one is not known to make the same program.
  package init(_ manifest: BuildManifest, program: String, scratch: String) throws(FallbackReason) {
    guard let number = manifest.producers[program] else {
      throw FallbackReason("SwiftPM's build manifest does not say how \(program) is built")
    }
    let link = manifest.commands[number]
    let structure = manifest.producers["<PackageStructure>"].map { manifest.commands[$0].inputs } ?? []
    self.init(directories: structure.filter { $0.hasSuffix("/") }.map { String($0.dropLast()) })
    linkArguments = try Self.linkArguments(link, program: program)
    let closure = manifest.closure(of: [number])
    let isFromDependency = { (command: BuildManifest.Command) in
      command.inputs.allSatisfy {
        !$0.hasPrefix("/") || $0.hasPrefix(scratch + "/") || $0.hasSuffix("/swiftc")
      }
    }
    var moduleCommands: [Int] = []
    var wrappers: [String: String] = [:]
    var dependencies: Set<Int> = []
    for object in link.inputs where object.hasSuffix(".o") {
      guard let producer = manifest.producers[object] else {
        throw FallbackReason("no command makes \(object)")
      }
      let command = manifest.commands[producer]
      if command.arguments.dropFirst().first == "-modulewrap", command.inputs.count == 1 {
        wrappers[command.inputs[0]] = object
        let compile = manifest.producers[command.inputs[0]].map { manifest.commands[$0] }
        if let compile, isFromDependency(compile) {
          dependencyObjects.append(object)
        } else {
          ownObjects.append(object)
        }
      } else if isFromDependency(command) {
        dependencyObjects.append(object)
        dependencies.insert(producer)
      } else {
        ownObjects.append(object)
        if command.tool == "shell", !moduleCommands.contains(producer) { moduleCommands.append(producer) }
      }
    }
    for input in link.inputs where !input.hasSuffix(".o") && !input.hasSuffix("/Objects.LinkFileList") {
      throw FallbackReason("the program is linked with \(input)")
    }
    // A local or edited package may take the place of one on which other dependencies depend.
    let needed = manifest.closure(of: Array(dependencies))
    if let module = moduleCommands.first(where: needed.contains) {
      throw FallbackReason("a dependency imports the module of '\(manifest.commands[module].name)'")
    }
    let ordered = Self.ordered(moduleCommands, manifest)
    for (number, _) in ordered { modules.append(try Module(manifest.commands[number])) }
    try checkSources(manifest, scratch: scratch)
    for index in modules.indices {
      modules[index].wrapped = wrappers[modules[index].interface]
      modules[index].importers = modules.indices.filter { other in
        other != index && ordered[other].needs.contains(ordered[index].command)
      }
    }
    for number in closure where manifest.commands[number].tool == "clang" {
      let command = manifest.commands[number]
      if isFromDependency(command) { continue }
      // C sources that read the generated header of a module are not tracked.
      if let module = modules.first(where: { module in
        command.arguments.contains { $0.contains(module.dependencies.directory + "/") }
      }) {
        throw FallbackReason(
          "\(command.outputs.first?.lastName ?? "C") may read the header of module \(module.name)")
      }
    }
    try setOtherInputs(closure, moduleCommands: Set(moduleCommands), manifest)
  }

  /// Sorts commands so that each follows those that it needs.
  private static func ordered(_ commands: [Int], _ manifest: BuildManifest) -> [(
    command: Int, needs: Set<Int>
  )] {
    commands.map { ($0, manifest.closure(of: [$0])) }.sorted { ($0.1.count, $0.0) < ($1.1.count, $1.0) }
  }
}

extension Plan.Module {
  /// Creates the module that a `swiftc` command of SwiftPM compiles.
  fileprivate init(_ command: BuildManifest.Command) throws(FallbackReason) {
    let arguments = command.arguments
    guard arguments.first?.hasSuffix("/swiftc") == true, arguments.contains("-incremental"),
      let name = arguments.value(after: "-module-name"), let map = arguments.value(after: "-output-file-map"),
      let interface = arguments.value(after: "-emit-module-path"), command.outputs.contains(interface)
    else {
      throw FallbackReason("'\(command.name)' is not a command that compiles a Swift module incrementally")
    }
    try Self.checkOptions(arguments, of: name)
    // SwiftPM writes the list of sources beside the output file map.
    guard arguments.contains("@" + map.directory + "/sources") else {
      throw FallbackReason("module \(name) is compiled from an unsupported list of sources")
    }
    self.name = name
    self.interface = interface
    dependencies = "\(map.directory)/\(name).emit-module.d"
    self.arguments = arguments
    sources = command.inputs.filter { $0.hasSuffix(".swift") }
    objects = command.outputs.filter { $0.hasSuffix(".swift.o") }
    notes = objects.map { $0.dropLast(".swift.o".utf8.count) + ".swiftdeps" }
    guard !sources.isEmpty, objects.count == sources.count, command.outputs.count == objects.count + 1,
      zip(sources, objects).allSatisfy({ $1.lastName == $0.lastName + ".o" })
    else {
      throw FallbackReason("module \(name) has outputs other than one object for each source")
    }
    let known = [".swift", ".swiftmodule", ".o", ".txt", ".modulemap"]
    for input in command.inputs where input.hasPrefix("/") && !input.hasSuffix("/sources") {
      // A macro is a program that the compiler runs, and a changed macro changes what is compiled with it.
      // Its sources are among ``Plan/otherInputs``, so nothing has to be done here.
      if input.hasSuffix("-tool") || known.contains(where: input.hasSuffix) { continue }
      throw FallbackReason("module \(name) is compiled with \(input)")
    }
  }
}

extension Plan {
  /// Returns the options of the link. Throws ``FallbackReason`` for one that is not known to mean the same for a
  /// program and for a library.
  fileprivate static func linkArguments(_ link: BuildManifest.Command, program: String) throws(FallbackReason)
    -> [String]
  {
    guard link.tool == "shell", link.arguments.first?.hasSuffix("/swiftc") == true else {
      throw FallbackReason("'\(link.name)' is not a command that links a Swift program")
    }
    var kept: [String] = []
    var rest = link.arguments.dropFirst()
    while let option = rest.popFirst() {
      switch option {
      case "-o", "-emit-executable":
        if option == "-o" { rest = rest.dropFirst() }
      case "-L", "-target", "-module-name", "-Xlinker":
        guard let value = rest.popFirst() else { throw FallbackReason("the link command ends in \(option)") }
        let isKnown =
          option != "-Xlinker" || value == "--defsym" || value.hasPrefix("main=")
          || value.hasPrefix("-rpath=")
        if !isKnown { throw FallbackReason("the program is linked with -Xlinker \(value)") }
        kept += [option, value]
      case "-g": kept.append(option)
      case _ where option.hasPrefix("@") && option.hasSuffix("/Objects.LinkFileList"): break
      case _ where option.hasPrefix("-l") || option.hasPrefix("-L"): kept.append(option)
      default: throw FallbackReason("the program is linked with \(option)")
      }
    }
    return kept
  }
}
