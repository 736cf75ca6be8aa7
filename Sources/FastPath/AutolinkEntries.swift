/// Returns what an object asks the linker for: the bytes of its section `.swift1_autolink_entries`, of which
/// `swift-autolink-extract` makes the list of libraries. Empty if there is no such section, `nil` if it cannot be read.
package func autolinkEntries(_ file: ElfFile) -> [UInt8]? {
  guard let section = file.section(named: ".swift1_autolink_entries") else { return [] }
  return file.content(of: section)?.bytes
}

/// Hashes of the single entries in such a section, which end in 0.
package func autolinkHashes(_ entries: [UInt8]) -> Set<UInt64> {
  Set(entries.split(separator: 0).map { ElfSymbols.Key($0).hash })
}
