/// A shared library of the objects that rarely change, with the symbols that it needs from the program.
package struct ColdLibrary: Sendable {
  package typealias Key = ElfSymbols.Key

  /// The path of the library.
  package let path: String
  /// The objects in the library, by their names in the linker's command.
  package let names: Set<String>
  /// The symbols that the library needs from the program's objects.
  private let needed: Set<Key>
  /// The symbols that the library defines.
  private let defined: Set<Key>

  /// Creates the description of the library at `path`. The library was made from the objects `names` with the
  /// symbols `cold`, for a program of objects with the symbols `hot`.
  package init(path: String, names: Set<String>, cold: [ObjectSymbols], hot: [ObjectSymbols]) {
    (self.path, self.names) = (path, names)
    let fromProgram = Self.exported(hot)
    needed = Set(cold.lazy.flatMap(\.needed).filter(fromProgram.contains))
    defined = Set(cold.lazy.flatMap(\.exported))
  }

  /// Returns whether a program of these objects can be linked against the library. They must define
  /// everything that it needs from them, and nothing that it defines.
  package func fits(_ hot: [ObjectSymbols]) -> Bool {
    !hot.contains { $0.needsAllObjects || $0.exported.contains(where: defined.contains) }
      && needed.isSubset(of: Self.exported(hot))
  }

  /// Returns the symbols that these objects export from their image.
  private static func exported(_ objects: [ObjectSymbols]) -> Set<Key> {
    var keys = Set(objects.lazy.flatMap { $0.exported + $0.exportedWeak })
    // A symbol that one object hides is hidden in the whole image.
    for object in objects {
      for key in object.hidden { keys.remove(key) }
      for key in object.neededHidden { keys.remove(key) }
    }
    return keys
  }
}
