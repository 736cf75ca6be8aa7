/// The stubs of the libraries against which a program is linked. Each stub has the symbols of its library
/// that the program's objects name.
///
/// This includes symbols that the objects define themselves, because the linker exports a symbol of the
/// program if a library has it too.
package struct StubSet: Sendable {
  /// A library for which a stub can be made.
  package struct Library {
    /// The name by which programs ask for the library.
    package let soname: String
    /// The symbols of the library.
    package let symbols: ElfSymbols

    /// Reads a library; `isLazy`: each symbol when it is asked for, which is faster for a few. `nil` if it cannot have a stub.
    package init?(_ file: ElfFile, isLazy: Bool = false) {
      guard file.kind == .library, let soname = ElfDynamic(file)?.soname,
        let symbols = ElfSymbols(file, isLazy: isLazy), symbols.hasLookup
      else { return nil }
      (self.soname, self.symbols) = (soname, symbols)
    }
  }

  /// The stub of each library; `nil` if the library itself must be linked, because a needed symbol has a
  /// version, or because no stub can be made.
  package private(set) var stubs: [StubLibrary?]
  /// The names that were added.
  private var names: Set<ElfSymbols.Key> = []
  /// The names that were added since the last ``complete(from:)``.
  private var new: [(key: ElfSymbols.Key, name: ArraySlice<UInt8>)] = []
  /// Whether ``complete(from:)`` has not been called yet.
  private var isEmpty = true

  /// Creates a set for `count` libraries, without stubs.
  package init(count: Int) {
    stubs = Array(repeating: nil, count: count)
    // The linker defines these symbols itself if a library has them too.
    for name in ["__bss_start", "_edata", "_end"] {
      let bytes = Array(name.utf8)
      add(ElfSymbols.Key(bytes), bytes[...])
    }
  }

  /// Whether the stubs include all names that were added.
  package var isComplete: Bool { new.isEmpty }

  /// The number of names that were added since the stubs were complete.
  package var newCount: Int { new.count }

  /// Adds the names in an object.
  package mutating func add(_ object: ElfSymbols) {
    for symbol in object.globals { add(object.key(of: symbol), object.name(of: symbol)) }
  }

  /// Adds a name that is not in the set yet.
  private mutating func add(_ key: ElfSymbols.Key, _ name: @autoclosure () -> ArraySlice<UInt8>) {
    if names.insert(key).inserted { new.append((key, ArraySlice(Array(name())))) }
  }

  /// Looks up the names that were added since the last call in the libraries for which the set was made.
  /// Returns the indices of the stubs that have changed.
  package mutating func complete(from libraries: [Library?]) -> [Int] {
    var changed: [Int] = []
    for (index, library) in libraries.enumerated() where stubs.indices.contains(index) {
      let empty = library.map { StubLibrary(soname: $0.soname, machine: $0.symbols.machine) }
      guard let old = isEmpty ? empty : stubs[index] else { continue }
      stubs[index] = library.flatMap { Self.extended(old, by: new, from: $0) }
      if isEmpty || stubs[index] != old { changed.append(index) }
    }
    (new, isEmpty) = ([], false)
    return changed
  }

  /// Returns a stub with the additional names that its library defines; `nil` if one of them has a version.
  private static func extended(
    _ stub: StubLibrary, by names: [(key: ElfSymbols.Key, name: ArraySlice<UInt8>)], from library: Library
  ) -> StubLibrary? {
    var stub = stub
    for (key, name) in names {
      guard let (symbol, isVersioned) = library.symbols.definition(of: key, name) else { continue }
      if isVersioned { return nil }
      stub.symbols.append(
        .init(
          name: Array(name), type: symbol.type, binding: symbol.binding, visibility: symbol.other & 3,
          size: symbol.size))
    }
    return stub
  }
}
