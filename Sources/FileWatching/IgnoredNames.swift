/// Which names inside a watched directory are never sources: hidden ones, and what editors write while they
/// save.
enum IgnoredNames {
  /// Whether a file or directory of this name, and everything in it, is left alone.
  static func contains(_ name: some StringProtocol) -> Bool {
    // `.build`, `.git`, `.swiftpm`; Emacs' lock `.#x`; Vim's `.x.swp`; nano's `.x.swp`; Kate's `.x.kate-swp`;
    // GLib's `.goutputstream-…`; Zed's and Sublime's `.tmp…` and `.subl….tmp`; Foundation's `.dat.nosync…`.
    if name.hasPrefix(".") { return true }
    // Backups: Vim, Emacs (`x.~1~` too), nano, gedit, Kate, joe.
    if name.hasSuffix("~") { return true }
    // Emacs' auto-save file.
    if name.count > 1, name.hasPrefix("#"), name.hasSuffix("#") { return true }
    return suffixes.contains { name.hasSuffix($0) } || isVimProbe(name) || isSedTemporary(name)
      || isQtTemporary(name)
  }

  private static let suffixes = [
    ".swp", ".swx", ".swo",  // Vim's swap files, where they are not hidden
    "___jb_tmp___", "___jb_old___", "___jb_bak___",  // JetBrains' safe write
    ".bck",  // Helix
    ".vsctmp",  // Visual Studio Code
  ]

  /// Vim makes `4913` to learn whether it may create files here, and adds 123 for as long as the name is taken.
  private static func isVimProbe(_ name: some StringProtocol) -> Bool {
    guard let number = Int(name) else { return false }
    return (4913...6000).contains(number) && (number - 4913).isMultiple(of: 123)
  }

  /// `sed -i` writes `sedXXXXXX` and renames it.
  private static func isSedTemporary(_ name: some StringProtocol) -> Bool {
    name.utf8.count == 9 && name.hasPrefix("sed") && isRandom(name.dropFirst(3))
  }

  /// Qt's `QSaveFile` (Qt Creator, Kate) writes `x.swift.XXXXXX` and renames it.
  private static func isQtTemporary(_ name: some StringProtocol) -> Bool {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count > 2 && parts[parts.count - 2] == "swift" && parts[parts.count - 1].utf8.count == 6
      && isRandom(parts[parts.count - 1])
  }

  /// Whether these are letters and digits as mkstemp(3) and Qt draw them, and not a word: `sedentary` and
  /// `x.swift.backup` are somebody's files. One draw in 200 looks like a word; then a save is reported with a
  /// path too many, which does no harm.
  private static func isRandom(_ characters: some StringProtocol) -> Bool {
    characters.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
      && !characters.allSatisfy(\.isLowercase)
  }
}
