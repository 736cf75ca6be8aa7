internal import FastPathLink
internal import FastPathPlan
internal import Posix

extension FastBuildContext {
  /// The objects to link now.
  var linkObjects: LinkObjects {
    var byName: [String: LinkObjects.Object?] = [:]
    var new: [LinkObjects.Object] = []
    for (index, module) in program.plan.modules.enumerated() {
      for (source, object) in zip(module.sources, module.objects) {
        byName.updateValue(linkObject(source, overlay.object(object, of: module)), forKey: object)
      }
      for source in Set(compilation.sources[index]).subtracting(module.sources).sorted() {
        linkObject(source, newObject(source, of: module)).map { new.append($0) }
      }
    }
    let old = program.plan.ownObjects.compactMap { byName[$0] ?? LinkObjects.Object(name: $0, path: $0) }
    return LinkObjects(old + new, directory: overlay.directory, interfaces: interfaces.paths)
  }

  /// Returns the name of the object of a source that was added since `swift build`.
  private func newObject(_ source: String, of module: Plan.Module) -> String {
    "\(overlay.files(of: module))/\(source.lastName).o"
  }

  private func linkObject(_ source: String, _ name: String) -> LinkObjects.Object? {
    compilation.objects[source].map { LinkObjects.Object(name: name, path: $0.path) }
  }

  /// The names of the objects that are likely to change: the newest ones that were compiled since `swift
  /// build`, those of the sources that were saved last before it, and those that a change of the newest ones
  /// would compile too.
  var hotObjects: Set<String> {
    func newest(_ count: Int, of objects: [HotCandidate]) -> [HotCandidate] {
      objects.map { ($0, FileSystem.identity($0.file)?.modified ?? 0) }.sorted { $0.1 > $1.1 }.prefix(count)
        .map(\.0)
    }
    var compiled: [HotCandidate] = []
    var built: [HotCandidate] = []
    for (index, module) in program.plan.modules.enumerated() {
      for (source, object) in zip(module.sources, module.objects) {
        built.append(HotCandidate(source: source, name: overlay.object(object, of: module), file: object))
      }
      let names = Dictionary(built.map { ($0.source, $0.name) }, uniquingKeysWith: { first, _ in first })
      for source in compilation.sources[index] {
        guard let path = compilation.objects[source]?.path, path.hasPrefix(overlay.directory + "/") else {
          continue
        }
        let name = names[source] ?? newObject(source, of: module)
        compiled.append(HotCandidate(source: source, name: name, file: path))
      }
    }
    let hot = newest(24, of: compiled) + newest(4, of: built)
    let users = newest(2, of: compiled).map { compilation.users(of: $0.source, limit: 8) }
    let all = users.reduce(into: Set(hot.map(\.source))) { $0.formUnion($1) }
    return Set(built.lazy.filter { all.contains($0.source) }.map(\.name)).union(hot.map(\.name))
  }
}

/// An object that may be linked at every save.
private struct HotCandidate {
  let source: String
  let name: String
  let file: String
}
