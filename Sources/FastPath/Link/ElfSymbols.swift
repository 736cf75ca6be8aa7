/// The symbol table of an ELF file: `.symtab` of an object, `.dynsym` of a library or a program.
package struct ElfSymbols {
  /// A symbol (`Elf64_Sym`).
  package struct Symbol: Equatable, Sendable {
    /// The offset of its name in the string table (`st_name`).
    let name: Int
    /// The type and the binding (`st_info`).
    package let info: UInt8
    /// The visibility (`st_other`).
    package let other: UInt8
    /// The index of its section, or 0 if it is undefined (`st_shndx`).
    package let section: UInt16
    package let value: UInt64
    package let size: UInt64

    /// Whether the file defines the symbol.
    package var isDefined: Bool { section != 0 }
    /// The type, such as `STT_FUNC`.
    package var type: UInt8 { info & 0xF }
    /// The binding: 0 is `STB_LOCAL`, 1 `STB_GLOBAL`, 2 `STB_WEAK`.
    package var binding: UInt8 { info >> 4 }
    /// Whether only files of the same image may refer to it (`STV_INTERNAL` or `STV_HIDDEN`).
    package var isHidden: Bool { other & 3 == 1 || other & 3 == 2 }
  }

  /// A name, as its hashes.
  package struct Key: Hashable, Sendable {
    /// The 64-bit FNV-1a hash.
    package let hash: UInt64
    /// The hash that `.gnu.hash` uses.
    let gnuHash: UInt32

    /// Computes the hashes of a name.
    package init(_ name: some Sequence<UInt8>) {
      var (hash, gnuHash) = (0xcbf2_9ce4_8422_2325 as UInt64, 5381 as UInt32)
      for byte in name {
        hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
        gnuHash = gnuHash &* 33 &+ UInt32(byte)
      }
      (self.hash, self.gnuHash) = (hash, gnuHash)
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(hash) }
    package static func == (one: Self, other: Self) -> Bool { one.hash == other.hash }
  }

  /// The processor (`e_machine`).
  package let machine: UInt16
  /// The content of the symbol table.
  private let table: ElfBytes
  /// The content of the string table.
  private let names: ElfBytes
  /// The version of each symbol (`.gnu.version`).
  private let versions: ElfBytes?
  /// The hash table of the names; `nil` if there is no `.gnu.hash`.
  private let lookup: GnuHashTable?

  /// Reads the symbols; `isLazy`: each when it is asked for. `nil` if the file is cut off, or has none.
  package init?(_ file: ElfFile, isLazy: Bool = false) {
    let content = isLazy ? file.lazyContent(of:) : file.content(of:)
    let type = file.kind == .object ? ElfFile.SectionType.symbols : .dynamicSymbols
    guard let section = file.section(type), section.entrySize == 24, section.size % 24 == 0,
      file.sections.indices.contains(section.link), let table = content(section),
      let names = content(file.sections[section.link]), names[names.count - 1, UInt8.self] == 0
    else { return nil }
    if let section = file.section(.versions) {
      guard let versions = content(section), versions.count / 2 == table.count / 24 else {
        return nil
      }
      self.versions = versions
    } else {
      versions = nil
    }
    lookup = file.section(.gnuHash).flatMap(content).flatMap(GnuHashTable.init)
    (machine, self.table, self.names) = (file.machine, table, names)
  }

  /// The number of symbols, including local ones.
  package var count: Int { table.count / 24 }

  /// The symbol with this index; `nil` beyond the end.
  package subscript(index: Int) -> Symbol? {
    guard index >= 0, index < count, let name = table[index * 24, UInt32.self],
      let info = table[index * 24 + 4, UInt8.self], let other = table[index * 24 + 5, UInt8.self],
      let section = table[index * 24 + 6, UInt16.self], let value = table[index * 24 + 8, UInt64.self],
      let size = table[index * 24 + 16, UInt64.self], Int(name) < names.count
    else { return nil }
    return Symbol(
      name: Int(name), info: info, other: other, section: section, value: value, size: size)
  }

  /// The symbols that are not local.
  package var globals: some Sequence<Symbol> {
    (0..<count).lazy.compactMap { self[$0] }.filter { $0.binding != 0 }
  }

  /// Returns the name of a symbol of this file.
  package func name(of symbol: Symbol) -> ArraySlice<UInt8> { names.text(at: symbol.name) ?? [] }

  /// Returns the hashes of the name of a symbol of this file.
  package func key(of symbol: Symbol) -> Key {
    if names.bytes.isEmpty { return Key(name(of: symbol)) }
    return names.bytes.withUnsafeBufferPointer { names in
      // The last byte is 0.
      Key(names[min(symbol.name, names.count)...].prefix { $0 != 0 })
    }
  }

  /// Whether ``definition(of:_:)`` can find symbols.
  package var hasLookup: Bool { lookup != nil }

  /// Returns the symbol that a library or a program defines under a name, and whether it has a version; `nil`
  /// if there is none.
  package func definition(of key: Key, _ name: ArraySlice<UInt8>) -> (symbol: Symbol, isVersioned: Bool)? {
    guard let lookup else { return nil }
    for index in lookup.candidates(key.gnuHash) {
      guard let symbol = self[index], symbol.isDefined, self.name(of: symbol) == name else { continue }
      let version = versions?[index * 2, UInt16.self] ?? 1
      return (symbol, version > 1)
    }
    return nil
  }
}

/// The section `.gnu.hash` of a library, which maps names to symbols.
private struct GnuHashTable {
  private let bytes: ElfBytes
  /// The number of buckets.
  private let buckets: Int
  /// The index of the first symbol in the table.
  private let firstSymbol: Int
  /// The number of 64-bit words of the Bloom filter.
  private let bloomSize: Int
  /// The shift of the second hash for the Bloom filter.
  private let bloomShift: UInt32

  /// Reads the header. Returns `nil` if the section is truncated.
  init?(_ bytes: ElfBytes) {
    guard let buckets = bytes[0, UInt32.self], let first = bytes[4, UInt32.self],
      let bloomSize = bytes[8, UInt32.self], let shift = bytes[12, UInt32.self], buckets > 0, bloomSize > 0,
      bytes.count >= 16 + Int(bloomSize) * 8 + Int(buckets) * 4
    else { return nil }
    self.bytes = bytes
    (self.buckets, firstSymbol, self.bloomSize) = (Int(buckets), Int(first), Int(bloomSize))
    bloomShift = shift
  }

  /// Returns the indices of the symbols whose names may have this hash.
  func candidates(_ hash: UInt32) -> [Int] {
    let word = Int(hash / 64) % bloomSize
    let mask = (1 as UInt64) << UInt64(hash % 64) | 1 << UInt64((hash >> bloomShift) % 64)
    guard let bloom = bytes[16 + word * 8, UInt64.self], bloom & mask == mask else { return [] }
    let bucketsStart = 16 + bloomSize * 8
    let chainsStart = bucketsStart + buckets * 4
    guard let start = bytes[bucketsStart + Int(hash) % buckets * 4, UInt32.self], Int(start) >= firstSymbol
    else { return [] }
    var found: [Int] = []
    var index = Int(start)
    while let chain = bytes[chainsStart + (index - firstSymbol) * 4, UInt32.self] {
      if chain | 1 == hash | 1 { found.append(index) }
      if chain & 1 == 1 { break }
      index += 1
    }
    return found
  }
}
