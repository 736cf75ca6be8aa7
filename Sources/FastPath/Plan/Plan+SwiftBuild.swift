internal import FastPathLink

// The plan of a program that was built by Swift Build.
//
// Swift Build links the objects of each target into one, `Products/Debug-linux/<target>.o`, and those into
// the program. If a target has sources outside the scratch directory, the fast path links its single objects
// instead. The order of compilation is defined by virtual nodes between targets, and not by the files that a
// command reads.
extension Plan {
  /// Creates the plan for `program`, the path of a product in SwiftPM's directory `scratch`. Throws
  /// ``FallbackReason`` if compiling its modules one by one is not known to make the same program.
  package init(_ build: SwiftBuildDescription, program: String, scratch: String) throws(FallbackReason) {
    let manifest = build.manifest
    guard let number = manifest.producers[program] else {
      throw FallbackReason("Swift Build's manifest does not say how \(program) is built")
    }
    self.init(directories: build.directories.filter { !$0.hasPrefix(scratch + "/") })
    let link = manifest.commands[number]
    linkArguments = try SwiftBuildLink.arguments(link)
    let inputs = try SwiftBuildLink(link, manifest, scratch: scratch)
    (ownObjects, dependencyObjects) = (inputs.ownObjects, inputs.dependencyObjects)
    let compilations = try Self.compilations(inputs.ownCommands, build)
    let imports = compilations.map { compilation in
      compilations.indices.filter { compilations[$0].imported(by: compilation) }
    }
    for (index, compilation) in compilations.enumerated() {
      var module = compilation.module
      module.importers = compilations.indices.filter { imports[$0].contains(index) }
      modules.append(module)
    }
    try checkSources(manifest, scratch: scratch)
    let needed = manifest.closure(of: inputs.dependencyCommands)
    if let imported = compilations.first(where: { needed.contains($0.emitModule) }) {
      throw FallbackReason("a dependency imports the module \(imported.module.name)")
    }
    let compilers = Set(compilations.map(\.compile))
    for number in inputs.ownCommands where !compilers.contains(number) {
      // C sources that read the generated header of a module are not tracked.
      let needed = manifest.closure(of: [number])
      if let read = compilations.first(where: { needed.contains($0.emitModule) }) {
        let object = manifest.commands[number].outputs.first?.lastName ?? "C"
        throw FallbackReason("\(object) may read the header of module \(read.module.name)")
      }
    }
    try setOtherInputs(
      manifest.closure(of: [number]), moduleCommands: compilers.union(compilations.map(\.emitModule)),
      manifest)
  }

  /// The commands of a module, by their index in the manifest.
  private struct Compilation {
    let module: Module
    /// The command that compiles the sources.
    let compile: Int
    /// The command that makes the interface.
    let emitModule: Int
    /// All commands that ``compile`` needs.
    let needs: Set<Int>

    /// Returns whether another module may import this one, directly or indirectly.
    func imported(by other: Self) -> Bool {
      other.compile != compile && other.needs.contains(emitModule)
    }
  }

  /// Returns the commands that compile modules, each after those of the modules that it imports.
  private static func compilations(_ commands: [Int], _ build: SwiftBuildDescription) throws(FallbackReason)
    -> [Compilation]
  {
    let manifest = build.manifest
    var found: [Compilation] = []
    for number in commands where manifest.commands[number].tool == "swift-driver-compilation" {
      let module = try Module(swiftBuild: manifest.commands[number], build)
      let interface = module.arguments.value(after: "-emit-module-path").flatMap { manifest.producers[$0] }
      guard let interface, manifest.commands[interface].tool == "swift-driver-compilation-requirement" else {
        throw FallbackReason("the interface of module \(module.name) is made in an unsupported way")
      }
      found.append(
        Compilation(
          module: module, compile: number, emitModule: interface, needs: manifest.closure(of: [number])))
    }
    // A module imports more modules than each of those that it imports.
    let counts = found.map { one in found.count { $0.imported(by: one) } }
    return zip(found, counts).sorted { ($0.1, $0.0.module.name) < ($1.1, $1.0.module.name) }.map(\.0)
  }
}
