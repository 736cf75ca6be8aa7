/// The symbols that an object defines and needs, as far as they decide into which image it is linked.
package struct ObjectSymbols: Equatable, Sendable {
  package typealias Key = ElfSymbols.Key

  /// The defined symbols that all images see.
  package private(set) var exported: [Key] = []
  /// The defined symbols that all images see, and that other objects may define too (`STB_WEAK`).
  package private(set) var exportedWeak: [Key] = []
  /// The defined symbols that only objects of the same image see.
  package private(set) var hidden: [Key] = []
  /// The undefined symbols that any image may define.
  package private(set) var needed: [Key] = []
  /// The undefined symbols that the same image must define.
  package private(set) var neededHidden: [Key] = []
  /// Whether the object must be in the program, because it needs a symbol that differs between images.
  package private(set) var belongsToProgram = false
  /// Whether the object needs a symbol that is wrong unless its image contains all objects.
  package private(set) var needsAllObjects = false

  /// Classifies the symbols of an object.
  package init(_ symbols: ElfSymbols) {
    for symbol in symbols.globals {
      let key = symbols.key(of: symbol)
      switch (symbol.isDefined, symbol.isHidden) {
      case (true, false):
        if symbol.binding == 2 { exportedWeak.append(key) } else { exported.append(key) }
      case (true, true): hidden.append(key)
      case (false, let isHidden):
        if isHidden { neededHidden.append(key) } else { needed.append(key) }
        if Self.ownImage.contains(key) {
          belongsToProgram = true
        } else if Self.wholeImage.contains(key) {
          needsAllObjects = true
        } else {
          // The bounds of a section, which the linker defines in each image.
          let name = symbols.name(of: symbol)
          if name.starts(with: "__start_".utf8) || name.starts(with: "__stop_".utf8) {
            needsAllObjects = true
          }
        }
      }
    }
  }

  /// The symbols that differ between images. `__dso_handle` is Swift's `#dsohandle`.
  private static let ownImage = Set(["__dso_handle"].map { Key($0.utf8) })
  /// The symbols that tell which image contains an address (dladdr(3), `Bundle(for:)`), or where an image is.
  private static let wholeImage = Set(
    [
      "dladdr", "dladdr1", "$s10Foundation6BundleC3forACyXlXp_tcfC", "$s10Foundation6BundleC3forACyXlXp_tcfc",
      "__executable_start", "__ehdr_start", "_end", "end", "_etext", "etext", "_edata", "edata",
      "__bss_start",
      "_DYNAMIC", "dl_iterate_phdr",
    ].map { Key($0.utf8) })
}
