/// A shared library that contains symbols without content. It takes the place of a real library when a
/// program is linked.
///
/// The stub has the real library's `soname`, so the program loads the real library when it starts. A stub can
/// be loaded too, if none of its symbols is used.
package struct StubLibrary: Equatable, Sendable {
  /// A symbol of the library.
  package struct Symbol: Equatable, Sendable {
    package var name: [UInt8]
    /// The type, such as `STT_FUNC`.
    package var type: UInt8
    /// The binding, `STB_GLOBAL` or `STB_WEAK`.
    package var binding: UInt8
    /// The visibility, such as `STV_DEFAULT`.
    package var visibility: UInt8 = 0
    /// The size in bytes.
    package var size: UInt64 = 0
    /// Whether the library defines the symbol. Otherwise it needs it.
    package var isDefined = true

    package init(
      name: [UInt8], type: UInt8, binding: UInt8, visibility: UInt8 = 0, size: UInt64 = 0,
      isDefined: Bool = true
    ) {
      (self.name, self.type, self.binding) = (name, type, binding)
      (self.visibility, self.size, self.isDefined) = (visibility, size, isDefined)
    }
  }

  /// The name by which programs ask for the library.
  package var soname: String
  /// The processor (`e_machine`).
  package var machine: UInt16
  package var symbols: [Symbol]

  package init(soname: String, machine: UInt16, symbols: [Symbol] = []) {
    (self.soname, self.machine, self.symbols) = (soname, machine, symbols)
  }

  /// The content of the file: headers, symbols, their hash table, names, and the dynamic section.
  package var bytes: [UInt8] {
    var names: [UInt8] = [0]
    names += Array(soname.utf8) + [0]
    var table = ElfWriter()
    table.zeros(24)
    for symbol in symbols {
      table.number(UInt32(truncatingIfNeeded: names.count))
      table.number(symbol.binding << 4 | symbol.type & 0xF)
      table.number(symbol.visibility & 3)
      table.number(symbol.isDefined ? ElfWriter.placeholderSection : 0)
      table.number(0 as UInt64)
      table.number(symbol.size)
      names += symbol.name
      names.append(0)
    }
    let hash = hashTable
    var layout = ElfLayout(segments: 3)
    let tableAt = layout.place(table.bytes.count)
    let hashAt = layout.place(hash.count)
    let namesAt = layout.place(names.count)
    let dynamicAt = layout.place(7 * 16)
    var dynamic = ElfWriter()
    // DT_SONAME, DT_HASH, DT_STRTAB, DT_SYMTAB, DT_STRSZ, DT_SYMENT, DT_NULL
    for (tag, value) in [
      (14, 1), (4, hashAt), (5, namesAt), (6, tableAt), (10, names.count), (11, 24), (0, 0),
    ] {
      dynamic.number(UInt64(tag))
      dynamic.number(UInt64(value))
    }
    var file = ElfWriter(layout, machine: machine)
    file.segment(type: 1, flags: 6, offset: 0, size: layout.end, alignment: 0x1_0000)  // PT_LOAD
    file.segment(type: 2, flags: 6, offset: dynamicAt, size: dynamic.bytes.count, alignment: 8)  // PT_DYNAMIC
    file.segment(type: 0x6474_e551, flags: 6, offset: 0, size: 0, alignment: 16)  // PT_GNU_STACK
    file.content(table.bytes, at: tableAt)
    file.content(hash, at: hashAt)
    file.content(names, at: namesAt)
    file.content(dynamic.bytes, at: dynamicAt)
    file.sections([
      .init(
        name: ".dynsym", type: 11, flags: 2, offset: tableAt, size: table.bytes.count, link: 3, info: 1,
        entry: 24),
      .init(name: ".hash", type: 5, flags: 2, offset: hashAt, size: hash.count, link: 1, entry: 4),
      .init(name: ".dynstr", type: 3, flags: 2, offset: namesAt, size: names.count),
      .init(
        name: ".dynamic", type: 6, flags: 3, offset: dynamicAt, size: dynamic.bytes.count, link: 3, entry: 16),
      .init(name: ".data", type: 8, flags: 3, offset: layout.end, size: 0),
    ])
    return file.bytes
  }

  /// The section `.hash`, with one bucket for each symbol and a chain for those that share a bucket.
  private var hashTable: [UInt8] {
    let bucketCount = max(1, symbols.count)
    var buckets = [UInt32](repeating: 0, count: bucketCount)
    var chains = [UInt32](repeating: 0, count: symbols.count + 1)
    for (index, symbol) in symbols.enumerated() where symbol.isDefined {
      var hash: UInt32 = 0
      for byte in symbol.name {
        hash = hash &<< 4 &+ UInt32(byte)
        hash ^= hash >> 24 & 0xF0
        hash &= 0x0FFF_FFFF
      }
      let bucket = Int(hash) % bucketCount
      chains[index + 1] = buckets[bucket]
      buckets[bucket] = UInt32(truncatingIfNeeded: index + 1)
    }
    var writer = ElfWriter()
    writer.number(UInt32(truncatingIfNeeded: bucketCount))
    writer.number(UInt32(truncatingIfNeeded: chains.count))
    for number in buckets + chains { writer.number(number) }
    return writer.bytes
  }
}
