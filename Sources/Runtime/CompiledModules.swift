internal import FastPath
internal import Posix

/// What SwiftPM's build has left of the modules that the user edits: the texts, the objects, and who uses what of whom.
struct CompiledModules {
  private(set) var graph = DependencyGraph()
  private(set) var texts: [String: SourceText] = [:]
  private(set) var objects: [String: Compilation.Object] = [:]
  /// Of each module, see ``RememberedObjects/Object/world``.
  private(set) var worlds: [UInt64] = []
  /// What the compiler calls itself in its notes.
  private(set) var compilerName = ""

  /// Reads them. Throws ``Decline`` for notes of the compiler's that are missing or not understood.
  init(_ plan: Plan, compiler: String, scratch: String) throws(Decline) {
    let interfaces = Set(plan.modules.map(\.interface))
    let toolchain = compiler.directory.directory + "/"
    for module in plan.modules {
      var externals: Set<String> = []
      var read: [(source: String, object: String, notes: String)] = []
      for (source, object) in zip(module.sources, module.objects) {
        let notes = String(object.dropLast(".swift.o".count)) + ".swiftdeps"
        guard let text = try? FileSystem.read(source), let bytes = try? FileSystem.read(notes) else {
          throw Decline("\(notes) is not there")
        }
        let dependencies = try SwiftDependencies(bytes)
        if compilerName.isEmpty { compilerName = dependencies.compiler }
        if dependencies.compiler != compilerName { throw Decline("the objects are of several compilers") }
        _ = graph.update(source, dependencies)
        texts[source] = SourceText(text)
        externals.formUnion(dependencies.externals)
        read.append((source, object, notes))
      }
      let others = externals.subtracting(interfaces).filter {
        !$0.hasPrefix(toolchain) && !$0.hasPrefix("/usr/")
      }
      let world = Self.hash(of: [compiler] + others.sorted(), arguments: module.arguments)
      worlds.append(world)
      for (source, object, notes) in read {
        objects[source] = Compilation.Object(
          source: source, text: texts[source]?.hash ?? 0, world: world, path: object, dependencies: notes)
      }
    }
  }

  private static func hash(of files: [String], arguments: [String]) -> UInt64 {
    var hash = fnv1a(arguments.joined(separator: "\0").utf8)
    for path in files {
      hash = fnv1a("\0\(path)".utf8, from: hash)
      guard let file = FileSystem.identity(path) else { continue }
      hash = fnv1a(" \(file.inode) \(file.size) \(file.modified)".utf8, from: hash)
    }
    return hash
  }
}
