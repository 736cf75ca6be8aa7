/// The libraries that an ELF file names for the dynamic loader (the section `.dynamic`).
package struct ElfDynamic: Equatable, Sendable {
  /// The name of this library (DT_SONAME); `nil` if it has none.
  package private(set) var soname: String?
  /// The names of the libraries that it needs (DT_NEEDED).
  package private(set) var needed: [String] = []

  /// Reads the section. Returns `nil` if it is missing, or the file is truncated.
  package init?(_ file: ElfFile) {
    guard let section = file.section(.dynamic), file.sections.indices.contains(section.link),
      let entries = file.content(of: section), let names = file.lazyContent(of: file.sections[section.link])
    else { return nil }
    for start in stride(from: 0, to: entries.count, by: 16) {
      guard let tag = entries[start, UInt64.self], let value = entries[start + 8, UInt64.self] else {
        return nil
      }
      if tag == 0 { break }  // DT_NULL
      guard tag == 1 || tag == 14 else { continue }  // DT_NEEDED, DT_SONAME
      guard value < names.count, let name = names.text(at: Int(value)) else { return nil }
      let text = String(decoding: name, as: UTF8.self)
      if tag == 1 { needed.append(text) } else { soname = text }
    }
  }
}
