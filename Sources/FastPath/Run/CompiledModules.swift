internal import FastPathPlan
internal import Posix

/// The results of SwiftPM's build of the editable modules: the texts, the objects, and the dependencies
/// between sources.
struct CompiledModules {
  private(set) var graph = DependencyGraph()
  private(set) var texts: [String: SourceText] = [:]
  private(set) var objects: [String: Compilation.Object] = [:]
  /// The ``RememberedObjects/Object/compilerHash`` of each module.
  private(set) var compilerHashes: [UInt64] = []
  /// The name of the compiler in its `.swiftdeps` files.
  private(set) var compilerName = ""

  /// Reads the results. Throws ``FallbackReason`` for `.swiftdeps` files that are missing or not understood.
  init(_ plan: Plan, compiler: String, externals: Externals) throws(FallbackReason) {
    for module in plan.modules {
      let compilerHash = Self.hash(compiler: compiler, arguments: module.arguments)
      compilerHashes.append(compilerHash)
      for (index, source) in module.sources.enumerated() {
        let (object, notes) = (module.objects[index], module.notes[index])
        guard let text = try? FileSystem.read(source), let bytes = try? FileSystem.read(notes) else {
          throw FallbackReason("\(notes) does not exist")
        }
        let dependencies = try SwiftDependencies(bytes)
        if compilerName.isEmpty { compilerName = dependencies.compiler }
        if dependencies.compiler != compilerName {
          throw FallbackReason("the objects were made by different compilers")
        }
        _ = graph.update(source, dependencies)
        texts[source] = SourceText(text)
        objects[source] = Compilation.Object(
          source: source, text: texts[source]?.hash ?? 0, compilerHash: compilerHash,
          externals: externals.hash(of: dependencies), path: object, dependencies: notes)
      }
    }
  }

  private static func hash(compiler: String, arguments: [String]) -> UInt64 {
    // Macros are programs that the compiler runs: `-load-plugin-executable /p/Macros-tool#Macros`.
    let plugins = arguments.compactMap { argument in
      argument.hasPrefix("/") ? argument.firstIndex(of: "#").map { String(argument[..<$0]) } : nil
    }
    var hash = fnv1a(arguments.joined(separator: "\0").utf8)
    for path in [FileSystem.realPath(compiler) ?? compiler] + plugins {
      guard let file = FileSystem.identity(path) else { continue }
      hash = fnv1a(" \(file.inode) \(file.size) \(file.modified)".utf8, from: hash)
    }
    return hash
  }
}
