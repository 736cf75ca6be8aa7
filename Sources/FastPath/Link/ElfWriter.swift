/// The offsets of the parts of an ELF file, one after the other.
struct ElfLayout {
  /// The number of segments.
  let segments: Int
  /// The end of the last part.
  private(set) var end: Int

  /// Creates the layout of a file whose headers describe this number of segments.
  init(segments: Int) {
    self.segments = segments
    end = 64 + segments * 56
  }

  /// Returns the offset of a new part of `count` bytes, a multiple of 8.
  mutating func place(_ count: Int) -> Int {
    let start = (end + 7) / 8 * 8
    end = start + count
    return start
  }
}

/// Writes a 64-bit little-endian ELF file (elf(5)).
struct ElfWriter {
  /// A section header (`Elf64_Shdr`).
  struct Section {
    var name: String
    var type: UInt32
    var flags: UInt64
    var offset: Int
    var size: Int
    var link: UInt32 = 0
    var info: UInt32 = 0
    var entry: Int = 0
  }

  /// The index of the section in which all defined symbols are.
  static let placeholderSection: UInt16 = 5

  /// The bytes written so far.
  private(set) var bytes: [UInt8] = []

  /// Creates an empty writer.
  init() {}

  /// Writes the header of a shared library. Its section headers follow at the end.
  init(_ layout: ElfLayout, machine: UInt16) {
    bytes.reserveCapacity(layout.end + 1024)
    bytes = [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1]
    zeros(9)
    number(3 as UInt16)  // ET_DYN
    number(machine)
    number(1 as UInt32)
    number(0 as UInt64)  // e_entry
    number(64 as UInt64)  // e_phoff
    number(0 as UInt64)  // e_shoff, set by `sections`
    number(0 as UInt32)
    for value in [64, 56, layout.segments, 64, 0, 0] { number(UInt16(value)) }
  }

  /// Writes an integer.
  mutating func number(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  /// Writes zero bytes.
  mutating func zeros(_ count: Int) { bytes.append(contentsOf: repeatElement(0, count: count)) }

  /// Writes a program header. The address in memory is the same as the offset in the file.
  mutating func segment(type: UInt32, flags: UInt32, offset: Int, size: Int, alignment: Int) {
    number(type)
    number(flags)
    for value in [offset, offset, offset, size, size, alignment] { number(UInt64(value)) }
  }

  /// Writes a part at its place in the layout.
  mutating func content(_ content: [UInt8], at offset: Int) {
    zeros(max(0, offset - bytes.count))
    bytes += content
  }

  /// Writes the section headers and their names. Nothing may follow.
  mutating func sections(_ sections: [Section]) {
    var names: [UInt8] = [0]
    let all = sections + [Section(name: ".shstrtab", type: 3, flags: 0, offset: bytes.count, size: 0)]
    var headers = ElfWriter()
    headers.zeros(64)
    for (index, section) in all.enumerated() {
      headers.number(UInt32(names.count))
      names += Array(section.name.utf8) + [0]
      headers.number(section.type)
      headers.number(section.flags)
      headers.number(UInt64(section.flags & 2 == 0 ? 0 : section.offset))  // SHF_ALLOC
      headers.number(UInt64(section.offset))
      headers.number(UInt64(index == all.count - 1 ? names.count : section.size))
      headers.number(section.link)
      headers.number(section.info)
      headers.number(8 as UInt64)
      headers.number(UInt64(section.entry))
    }
    bytes += names
    zeros((8 - bytes.count % 8) % 8)
    patch(UInt64(bytes.count), at: 40)  // e_shoff
    patch(UInt16(all.count + 1), at: 60)  // e_shnum
    patch(UInt16(all.count), at: 62)  // e_shstrndx
    bytes += headers.bytes
  }

  /// Overwrites an integer.
  private mutating func patch(_ value: some FixedWidthInteger, at offset: Int) {
    withUnsafeBytes(of: value.littleEndian) { bytes.replaceSubrange(offset..<offset + $0.count, with: $0) }
  }
}
