/// What an object file asks the linker for: the bytes of its section `.swift1_autolink_entries`, of which
/// `swift-autolink-extract` makes the list of libraries. Empty where there is no such section; nil for what is not an
/// object of 64 bits, little-endian, as elf(5) describes it.
///
/// - Parameter read: gives bytes of the file: from an offset on, so many. Fewer, where the file ends.
package func autolinkEntries<Failure>(
  read: (_ offset: Int, _ count: Int) throws(Failure) -> [UInt8]
) throws(Failure) -> [UInt8]? {
  let header = Words(bytes: try read(0, 64))
  guard header.bytes.starts(with: [0x7F, 0x45, 0x4C, 0x46, 2, 1]),  // \u{7F}ELF, ELFCLASS64, ELFDATA2LSB
    let table = header[40, 8], let size = header[58, 2], size >= 64,  // e_shoff, e_shentsize
    let count = header[60, 2], let names = header[62, 2], names < count  // e_shnum, e_shstrndx
  else { return nil }
  let sections = Words(bytes: try read(table, count * size))
  guard sections.bytes.count == count * size else { return nil }
  /// Where it is in the file, and how long: sh_offset, sh_size.
  func place(of section: Int) -> (offset: Int, count: Int)? {
    guard let offset = sections[section * size + 24, 8], let count = sections[section * size + 32, 8] else {
      return nil
    }
    return (offset, count)
  }
  guard let namesPlace = place(of: names) else { return nil }
  let text = try read(namesPlace.offset, namesPlace.count)[...]
  let wanted = Array(".swift1_autolink_entries\0".utf8)
  for section in 0..<count {
    guard let name = sections[section * size, 4] else { return nil }  // sh_name
    if text.dropFirst(name).starts(with: wanted), let place = place(of: section) {
      return try read(place.offset, place.count)
    }
  }
  return []
}

/// Bytes with numbers among them.
private struct Words {
  let bytes: [UInt8]

  /// The number of `count` bytes at an offset, the lowest byte first; nil beyond the end, or above `Int32.max`.
  subscript(offset: Int, count: Int) -> Int? {
    guard offset + count <= bytes.count else { return nil }
    let value = bytes[offset..<offset + count].reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
    return Int(exactly: value).flatMap { $0 <= Int32.max ? $0 : nil }
  }
}
