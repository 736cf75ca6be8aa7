internal import FastPath
internal import Posix

extension Prepared {
  /// The objects that are to be linked now.
  var linkObjects: LinkObjects {
    var places: [String: LinkObjects.Object?] = [:]
    var new: [LinkObjects.Object] = []
    for (index, module) in plan.modules.enumerated() {
      for (source, object) in zip(module.sources, module.objects) {
        places.updateValue(linkObject(source, overlay.object(object, of: module)), forKey: object)
      }
      for source in Set(compilation.sources[index]).subtracting(module.sources).sorted() {
        linkObject(source, "\(overlay.files(of: module))/\(source.lastName).o").map { new.append($0) }
      }
    }
    let old = plan.ownObjects.compactMap { places[$0] ?? LinkObjects.Object(name: $0, place: $0) }
    return LinkObjects(old + new, directory: overlay.directory, interfaces: interfaces.places)
  }

  private func linkObject(_ source: String, _ name: String) -> LinkObjects.Object? {
    compilation.objects[source].map { LinkObjects.Object(name: name, place: $0.path) }
  }

  /// The names of the objects that are likely to change: the newest of those that were compiled since `swift build`, and
  /// those of the sources that were saved last before it.
  var hotObjects: Set<String> {
    func newest(_ count: Int, of files: [(name: String, file: String)]) -> [String] {
      files.map { ($0.name, FileSystem.identity($0.file)?.modified ?? 0) }.sorted { $0.1 > $1.1 }.prefix(
        count
      )
      .map(\.0)
    }
    let compiled = linkObjects.compiled.filter { $0.place.hasPrefix(overlay.directory + "/") }
    let all = plan.modules.flatMap { module in
      zip(module.sources, module.objects).map { (name: overlay.object($1, of: module), file: $0) }
    }
    return Set(newest(24, of: compiled.map { ($0.name, $0.place) }) + newest(4, of: all))
  }
}
