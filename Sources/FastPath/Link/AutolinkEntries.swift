/// Returns the bytes of an object's section `.swift1_autolink_entries`, in which it asks for libraries.
/// `swift-autolink-extract` makes the linker's list of them. The result is empty if there is no such section,
/// and `nil` if it cannot be read.
package func autolinkEntries(_ file: ElfFile) -> [UInt8]? {
  guard let section = file.section(named: ".swift1_autolink_entries") else { return [] }
  return file.content(of: section)?.bytes
}

/// Returns the hashes of the entries in such a section. Each entry ends in a zero byte.
package func autolinkHashes(_ entries: [UInt8]) -> Set<UInt64> {
  Set(entries.split(separator: 0).map { ElfSymbols.Key($0).hash })
}
