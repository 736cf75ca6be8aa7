/// The objects of a program that were linked into a library beside it, and the symbols that it needs from the program.
package struct ColdLibrary: Sendable {
  package typealias Key = ElfSymbols.Key

  package let path: String
  /// The objects that are in it, by the names that they have in the linker's command.
  package let names: Set<String>
  private let needed: Set<Key>
  private let defined: Set<Key>

  /// Describes the library at `path`. It was made of the objects `names` with the symbols `cold`, for a program of objects
  /// with the symbols `hot`.
  package init(path: String, names: Set<String>, cold: [ObjectSymbols], hot: [ObjectSymbols]) {
    (self.path, self.names) = (path, names)
    let fromProgram = Self.exported(hot)
    needed = Set(cold.lazy.flatMap(\.needed).filter(fromProgram.contains))
    defined = Set(cold.lazy.flatMap(\.exported))
  }

  /// Returns whether a program of these objects can be linked against the library: they still define what it needs from
  /// them, and nothing that it defines too.
  package func fits(_ hot: [ObjectSymbols]) -> Bool {
    !hot.contains { $0.needsAllObjects || $0.exported.contains(where: defined.contains) }
      && needed.isSubset(of: Self.exported(hot))
  }

  private static func exported(_ objects: [ObjectSymbols]) -> Set<Key> {
    var keys = Set(objects.lazy.flatMap { $0.exported + $0.exportedWeak })
    // One object that hides a symbol hides it in the whole image.
    for object in objects {
      for key in object.hidden { keys.remove(key) }
      for key in object.neededHidden { keys.remove(key) }
    }
    return keys
  }
}
