/// A 64-bit little-endian ELF file (elf(5)). Its sections are read on demand.
///
/// Nothing in the file is trusted. Offsets and sizes are checked, and the result is `nil` if they exceed the
/// file.
package struct ElfFile {
  /// Reads `count` bytes at `offset` of the file. Returns `nil` if they cannot be read.
  package typealias Reader = (_ offset: Int, _ count: Int) -> [UInt8]?

  /// The type of the file (`e_type`).
  package enum Kind: UInt16 {
    case object = 1
    case program = 2
    /// A shared library, or a position-independent program.
    case library = 3
  }

  /// The types of the sections that are used (`sh_type`).
  enum SectionType: UInt32 {
    case symbols = 2
    case dynamic = 6
    case dynamicSymbols = 11
    case gnuHash = 0x6fff_fff6
    case versions = 0x6fff_ffff
  }

  /// A section header (`Elf64_Shdr`).
  struct Section {
    /// The offset of its name in the section of names.
    let name: Int
    /// The type (`sh_type`), such as ``SectionType``.
    let type: UInt32
    let offset: Int
    let size: Int
    /// The index of a related section, such as the names of symbols (`sh_link`).
    let link: Int
    /// The size of an entry in bytes, if the section is a table.
    let entrySize: Int
  }

  /// The type of the file.
  package let kind: Kind
  /// The processor (`e_machine`).
  package let machine: UInt16
  /// The sections, in the order of the file.
  let sections: [Section]
  /// The index of the section of names (`e_shstrndx`).
  private let names: Int
  /// The size of the file in bytes.
  private let size: Int
  /// The function that reads the file.
  private let read: Reader

  /// Reads the headers of a file of `size` bytes. Returns `nil` if it is not such a file.
  package init?(size: Int, read: @escaping Reader) {
    guard size >= 64, let header = read(0, 64).map(ElfBytes.init), header.count == 64,
      header.bytes.starts(with: [0x7F, 0x45, 0x4C, 0x46, 2, 1]),  // \u{7F}ELF, ELFCLASS64, ELFDATA2LSB
      let kind = header[16, UInt16.self].flatMap(Kind.init), let machine = header[18, UInt16.self],
      let table = header.offset(40), header[58, UInt16.self] == 64,  // e_shoff, e_shentsize
      let count = header[60, UInt16.self].map(Int.init), let names = header[62, UInt16.self].map(Int.init),
      names < count, table <= size, count * 64 <= size - table,
      let entries = read(table, count * 64).map(ElfBytes.init), entries.count == count * 64
    else { return nil }
    var sections: [Section] = []
    for start in stride(from: 0, to: entries.count, by: 64) {
      guard let name = entries[start, UInt32.self], let type = entries[start + 4, UInt32.self],
        let offset = entries.offset(start + 24), let size = entries.offset(start + 32),
        let link = entries[start + 40, UInt32.self], let entrySize = entries.offset(start + 56)
      else { return nil }
      sections.append(
        Section(
          name: Int(name), type: type, offset: offset, size: size, link: Int(link), entrySize: entrySize))
    }
    (self.kind, self.machine, self.sections, self.names) = (kind, machine, sections, names)
    (self.size, self.read) = (size, read)
  }

  /// Returns the bytes of a section; `nil` if they exceed the file.
  func content(of section: Section) -> ElfBytes? {
    guard section.offset <= size, section.size <= size - section.offset,
      let bytes = read(section.offset, section.size), bytes.count == section.size
    else { return nil }
    return ElfBytes(bytes)
  }

  /// Returns the bytes of a section, each of which is read when it is asked for; `nil` if they are beyond the end of the file.
  func lazyContent(of section: Section) -> ElfBytes? {
    guard section.offset <= size, section.size <= size - section.offset else { return nil }
    return ElfBytes(count: section.size, from: section.offset, read)
  }

  /// Returns the first section of a type; `nil` if there is none.
  func section(_ type: SectionType) -> Section? { sections.first { $0.type == type.rawValue } }

  /// Returns the first section with this name; `nil` if there is none.
  func section(named name: String) -> Section? {
    guard let text = content(of: sections[names]) else { return nil }
    return sections.first { text.text(at: $0.name)?.elementsEqual(name.utf8) == true }
  }
}

/// Bytes that contain integers and strings at offsets: in memory, or in a file from which few of them are read.
struct ElfBytes {
  /// The bytes; empty if they are in a file.
  let bytes: [UInt8]
  let count: Int
  private let file: (start: Int, read: ElfFile.Reader)?

  init(_ bytes: [UInt8]) { (self.bytes, count, file) = (bytes, bytes.count, nil) }

  /// Creates bytes of a file, `count` of them from `start` on.
  init(count: Int, from start: Int, _ read: @escaping ElfFile.Reader) {
    (bytes, self.count, file) = ([], count, (start, read))
  }

  /// The little-endian integer at an offset; `nil` beyond the end.
  @inline(__always)
  subscript<Number: FixedWidthInteger>(offset: Int, type: Number.Type) -> Number? {
    guard offset >= 0, offset <= count - MemoryLayout<Number>.size else { return nil }
    if file != nil { return numberInFile(offset) }
    return bytes.withUnsafeBytes {
      Number(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: Number.self))
    }
  }

  private func numberInFile<Number: FixedWidthInteger>(_ offset: Int) -> Number? {
    guard let bytes = read(offset, MemoryLayout<Number>.size) else { return nil }
    return ElfBytes(bytes)[0, Number.self]
  }

  private func read(_ offset: Int, _ count: Int) -> [UInt8]? {
    file.flatMap { $0.read($0.start + offset, count) }
  }

  /// Returns the 8 bytes at an offset as an offset or a size; `nil` beyond the end, or if it is 2 GiB or
  /// more.
  func offset(_ offset: Int) -> Int? {
    self[offset, UInt64.self].flatMap { $0 <= UInt64(Int32.max) ? Int($0) : nil }
  }

  /// Returns the bytes from an offset to the next zero byte; `nil` if there is none.
  func text(at offset: Int) -> ArraySlice<UInt8>? {
    guard offset >= 0, offset < count else { return nil }
    if file != nil { return textInFile(offset) }
    guard let end = bytes[offset...].firstIndex(of: 0) else { return nil }
    return bytes[offset..<end]
  }

  private func textInFile(_ offset: Int) -> ArraySlice<UInt8>? {
    var text: [UInt8] = []
    while offset + text.count < count {
      let length = min(256, count - offset - text.count)
      guard let part = read(offset + text.count, length), part.count == length else { return nil }
      if let end = part.firstIndex(of: 0) { return ArraySlice(text + part[..<end]) }
      text += part
    }
    return nil
  }
}
