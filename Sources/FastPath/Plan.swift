/// What SwiftPM does to build one program, as far as the fast path repeats it: the modules whose sources the user edits,
/// and the link.
package struct Plan: Equatable, Sendable {
  /// A Swift module with sources outside the scratch directory: of the root package, or of one in the file system.
  package struct Module: Equatable, Sendable {
    package let name: String
    package let sources: [String]
    /// The object of each source, in the same order.
    package let objects: [String]
    /// The `.swiftmodule`.
    package let interface: String
    /// Where SwiftPM puts what it makes for the module.
    let directory: String
    /// The ``DependencyFile`` of the interface, for which all sources are read.
    package var dependencies: String { "\(directory)/\(name).emit-module.d" }
    /// The object with the interface in it, which debuggers read; nil without debug information.
    package fileprivate(set) var wrapped: String?
    /// SwiftPM's `swiftc` command.
    package let arguments: [String]
    /// The modules, by their index in ``Plan/modules``, that see this one, also through others.
    package fileprivate(set) var importers: [Int] = []
  }

  /// Each after those that it imports.
  package private(set) var modules: [Module] = []
  /// SwiftPM's `swiftc` command that links the program, without its objects and its output.
  package private(set) var linkArguments: [String] = []
  /// The objects that are linked into the program at every build: all that do not come from a package in the scratch
  /// directory.
  package private(set) var ownObjects: [String] = []
  /// The objects of dependencies.
  package private(set) var dependencyObjects: [String] = []
  /// All other files that the program is made of. When one has changed, the plan is not enough.
  package private(set) var otherInputs: [String] = []
  /// Directories of the root package's targets: with another source in them SwiftPM plans anew.
  package let directories: [String]

  /// The plan for `program`, the path of a product in SwiftPM's directory `scratch`. Throws ``Decline`` for a program
  /// that is made in a way that is not known to be the same when its modules are compiled one by one.
  package init(_ manifest: BuildManifest, program: String, scratch: String) throws(Decline) {
    guard let number = manifest.producers[program] else {
      throw Decline("SwiftPM's build manifest does not say how \(program) is made")
    }
    let link = manifest.commands[number]
    directories = (manifest.producers["<PackageStructure>"].map { manifest.commands[$0].inputs } ?? [])
      .filter { $0.hasSuffix("/") }.map { String($0.dropLast()) }
    linkArguments = try Self.linkArguments(link, program: program)
    let closure = Self.closure(of: [number], manifest)
    let isFromDependency = { (command: BuildManifest.Command) in
      command.inputs.allSatisfy {
        !$0.hasPrefix("/") || $0.hasPrefix(scratch + "/") || $0.hasSuffix("/swiftc")
      }
    }
    var moduleCommands: [Int] = []
    var wrappers: [String: String] = [:]
    var dependencies: Set<Int> = []
    for object in link.inputs where object.hasSuffix(".o") {
      guard let producer = manifest.producers[object] else { throw Decline("nothing makes \(object)") }
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
      throw Decline("the program is linked with \(input)")
    }
    // One that is taken from the file system, or edited, in place of that which other dependencies ask for.
    let needed = Self.closure(of: Array(dependencies), manifest)
    if let module = moduleCommands.first(where: needed.contains) {
      throw Decline("a dependency imports the module of '\(manifest.commands[module].name)'")
    }
    let ordered = Self.ordered(moduleCommands, manifest)
    for (number, _) in ordered { modules.append(try Module(manifest.commands[number])) }
    for module in modules {
      // A plugin's prebuild command, which is not in the manifest, may make another one at every build.
      let made = module.sources.first {
        $0.hasPrefix(scratch + "/plugins/") && manifest.producers[$0] == nil
      }
      if let made { throw Decline("\(made.lastName) is made by a plugin before every build") }
    }
    for index in modules.indices {
      modules[index].wrapped = wrappers[modules[index].interface]
      modules[index].importers = modules.indices.filter { other in
        other != index && ordered[other].needs.contains(ordered[index].command)
      }
    }
    for number in closure where manifest.commands[number].tool == "clang" {
      let command = manifest.commands[number]
      if isFromDependency(command) { continue }
      // The header that the compiler writes for a module: what C reads of it is not followed.
      if let module = modules.first(where: { module in
        command.arguments.contains { $0.contains(module.directory + "/") }
      }) {
        throw Decline(
          "\(command.outputs.first?.lastName ?? "C") may read the header of module \(module.name)")
      }
    }
    try setOtherInputs(closure, moduleCommands: Set(moduleCommands), manifest)
  }

  private mutating func setOtherInputs(
    _ closure: Set<Int>, moduleCommands: Set<Int>, _ manifest: BuildManifest
  )
    throws(Decline)
  {
    let sources = Set(modules.flatMap(\.sources))
    var others: Set<String> = []
    for number in closure {
      let command = manifest.commands[number]
      for input in command.inputs where input.hasPrefix("/") && manifest.producers[input] == nil {
        if !sources.contains(input) {
          others.insert(input)
        } else if !moduleCommands.contains(number), command.tool != "write-auxiliary-file" {
          throw Decline("\(input) is read by '\(command.name)' too")
        }
      }
    }
    otherInputs = others.sorted()
  }

  /// The commands that these need, with themselves.
  private static func closure(of commands: [Int], _ manifest: BuildManifest) -> Set<Int> {
    var found = Set(commands)
    var open = commands
    while let next = open.popLast() {
      for input in manifest.commands[next].inputs {
        if let producer = manifest.producers[input], found.insert(producer).inserted { open.append(producer) }
      }
    }
    return found
  }

  /// Each after those that it needs.
  private static func ordered(_ commands: [Int], _ manifest: BuildManifest) -> [(
    command: Int, needs: Set<Int>
  )] {
    commands.map { ($0, closure(of: [$0], manifest)) }.sorted { ($0.1.count, $0.0) < ($1.1.count, $1.0) }
  }
}

extension Plan.Module {
  /// The module that a `swiftc` command of SwiftPM's makes.
  fileprivate init(_ command: BuildManifest.Command) throws(Decline) {
    let arguments = command.arguments
    guard arguments.first?.hasSuffix("/swiftc") == true, arguments.contains("-incremental"),
      let name = arguments.value(after: "-module-name"), let map = arguments.value(after: "-output-file-map"),
      let interface = arguments.value(after: "-emit-module-path"), command.outputs.contains(interface)
    else {
      throw Decline("'\(command.name)' is not a command that compiles a Swift module incrementally")
    }
    let strange = ["-O", "-Osize", "-Ounchecked", "-wmo", "-whole-module-optimization"]
    if let option = arguments.first(where: strange.contains) {
      throw Decline("module \(name) is compiled with \(option)")
    }
    // SwiftPM writes the list of the sources beside the map of the outputs.
    guard arguments.contains("@" + map.directory + "/sources") else {
      throw Decline("module \(name) is compiled from a list that is not known")
    }
    self.name = name
    self.interface = interface
    directory = map.directory
    self.arguments = arguments
    sources = command.inputs.filter { $0.hasSuffix(".swift") }
    objects = command.outputs.filter { $0.hasSuffix(".swift.o") }
    guard !sources.isEmpty, objects.count == sources.count, command.outputs.count == objects.count + 1,
      zip(sources, objects).allSatisfy({ $1.lastName == $0.lastName + ".o" })
    else {
      throw Decline("module \(name) has other outputs than an object for each source")
    }
    let known = [".swift", ".swiftmodule", ".o", ".txt", ".modulemap"]
    for input in command.inputs where input.hasPrefix("/") && !input.hasSuffix("/sources") {
      // Macros are programs that the compiler runs; when one changes, so does what is compiled with it. Its own sources
      // are among the plan's other inputs, so nothing more is to be done here.
      if input.hasSuffix("-tool") || known.contains(where: input.hasSuffix) { continue }
      throw Decline("module \(name) is compiled with \(input)")
    }
  }
}

extension Plan {
  /// The options of the link, of which each must be known to mean the same for a program and for a library.
  fileprivate static func linkArguments(_ link: BuildManifest.Command, program: String) throws(Decline)
    -> [String]
  {
    guard link.tool == "shell", link.arguments.first?.hasSuffix("/swiftc") == true else {
      throw Decline("'\(link.name)' is not a command that links a Swift program")
    }
    var kept: [String] = []
    var rest = link.arguments.dropFirst()
    while let option = rest.popFirst() {
      switch option {
      case "-o", "-emit-executable":
        if option == "-o" { rest = rest.dropFirst() }
      case "-L", "-target", "-module-name", "-Xlinker":
        guard let value = rest.popFirst() else { throw Decline("the link command ends in \(option)") }
        let isKnown =
          option != "-Xlinker" || value == "--defsym" || value.hasPrefix("main=")
          || value.hasPrefix("-rpath=")
        if !isKnown { throw Decline("the program is linked with -Xlinker \(value)") }
        kept += [option, value]
      case "-g": kept.append(option)
      case _ where option.hasPrefix("@") && option.hasSuffix("/Objects.LinkFileList"): break
      case _ where option.hasPrefix("-l") || option.hasPrefix("-L"): kept.append(option)
      default: throw Decline("the program is linked with \(option)")
      }
    }
    return kept
  }
}

extension [String] {
  /// The argument after this one.
  func value(after option: String) -> String? {
    firstIndex(of: option).flatMap { indices.contains($0 + 1) ? self[$0 + 1] : nil }
  }
}

extension String {
  /// Of a path: what is after its last slash.
  package var lastName: String { lastIndex(of: "/").map { String(self[index(after: $0)...]) } ?? self }

  /// Of a path: what is before its last slash.
  package var directory: String { lastIndex(of: "/").map { String(self[..<$0]) } ?? "." }
}
