internal import FastPathLink
internal import Posix

/// A library of the objects that do not change, and the files from which it was linked.
struct ColdLink {
  /// The identity and the symbols of an object.
  typealias Known = (identity: FileSystem.Identity, symbols: ObjectSymbols)

  let library: ColdLibrary
  /// The files from which the library was linked, by the names of the objects.
  private let made: [String: (path: String, identity: FileSystem.Identity)]

  /// Returns whether the objects are those in the library.
  func isCurrent(_ objects: LinkObjects) -> Bool {
    made.allSatisfy { name, file in
      objects.paths[name] == file.path && FileSystem.identity(file.path) == file.identity
    } && FileSystem.exists(library.path)
  }

  /// The objects to link into a library.
  struct Plan {
    private let cold: [(object: LinkObjects.Object, known: Known)]
    private let hot: [ObjectSymbols]
    /// The names of the objects in the library.
    let names: Set<String>

    /// Chooses the objects. `nil` if they have to stay together, or if too few are cold to be worth a library.
    init?(
      _ objects: LinkObjects, _ known: [Known], main: String, isHot: (String) -> Bool
    ) {
      let all = Array(zip(objects.compiled, known))
      let main = ElfSymbols.Key(main.utf8)
      let wanted = all.indices.filter { isHot(all[$0].0.name) || all[$0].1.symbols.exported.contains(main) }
      guard let split = HotColdSplit(known.map(\.symbols), hot: Set(wanted)) else { return nil }
      cold = all.indices.filter { !split.hot.contains($0) }.map { (all[$0].0, all[$0].1) }
      hot = split.hot.map { known[$0].symbols }
      names = Set(cold.map(\.object.name))
      if cold.count < 8 { return nil }
    }

    /// Returns a hash of everything from which the library is linked.
    func hash(_ command: FastLinkCommand) -> UInt64 {
      let words = command.coldLibrary("", name: "", cold: names, directory: "")
      return cold.reduce(fnv1a(words.joined(separator: "\0").utf8)) { hash, part in
        let file = part.known.identity
        return fnv1a(
          "\0\(part.object.path)\0\(file.device) \(file.inode) \(file.size) \(file.modified)".utf8,
          from: hash)
      }
    }

    /// Returns the library, which has been linked to `path`.
    func link(to path: String) -> ColdLink {
      ColdLink(
        library: ColdLibrary(path: path, names: names, cold: cold.map(\.known.symbols), hot: hot),
        made: Dictionary(
          cold.map { ($0.object.name, ($0.object.path, $0.known.identity)) },
          uniquingKeysWith: { first, _ in first }))
    }
  }
}
