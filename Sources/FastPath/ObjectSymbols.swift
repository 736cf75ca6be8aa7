/// The symbols that an object defines and needs, by their keys, as far as they decide into which image it is linked.
package struct ObjectSymbols: Equatable, Sendable {
  package typealias Key = ElfSymbols.Key

  /// Defined for all images.
  package private(set) var exported: [Key] = []
  /// Defined for all images, perhaps also by others.
  package private(set) var exportedWeak: [Key] = []
  /// Defined for other objects of the same image.
  package private(set) var hidden: [Key] = []
  /// Needed from anywhere.
  package private(set) var needed: [Key] = []
  /// Needed from the same image.
  package private(set) var neededHidden: [Key] = []
  /// Whether the object asks for something that differs from image to image, so that it must be in the program.
  package private(set) var belongsToProgram = false
  /// Whether the object asks for something that is wrong if its image does not have all objects.
  package private(set) var needsAllObjects = false

  /// Sorts the symbols of an object.
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

  /// `#dsohandle`.
  private static let ownImage = Set(["__dso_handle"].map { Key($0.utf8) })
  /// Which image something is in, `Bundle(for:)`, and where the image is.
  private static let wholeImage = Set(
    [
      "dladdr", "dladdr1", "$s10Foundation6BundleC3forACyXlXp_tcfC", "$s10Foundation6BundleC3forACyXlXp_tcfc",
      "__executable_start", "__ehdr_start", "_end", "end", "_etext", "etext", "_edata", "edata",
      "__bss_start",
      "_DYNAMIC", "dl_iterate_phdr",
    ].map { Key($0.utf8) })
}
