/// Which names inside a watched directory are never sources: hidden ones, and what editors write while they
/// save. Works on bytes, for every file of a project is asked about.
enum IgnoredNames {
  /// Whether a file or directory of this name, and everything in it, is left alone.
  static func contains(_ name: Substring) -> Bool {
    let bytes = name.utf8
    guard let first = bytes.first, let last = bytes.last else { return false }
    // `.build`, `.git`, `.swiftpm`; Emacs' lock `.#x`; Vim's `.x.swp`; nano's `.x.swp`; Kate's `.x.kate-swp`;
    // GLib's `.goutputstream-…`; Zed's and Sublime's `.tmp…` and `.subl….tmp`; Foundation's `.dat.nosync…`.
    if first == UInt8(ascii: ".") { return true }
    // Backups: Vim, Emacs (`x.~1~` too), nano, gedit, Kate, joe.
    if last == UInt8(ascii: "~") { return true }
    // Emacs' auto-save file.
    if bytes.count > 1, first == UInt8(ascii: "#"), last == UInt8(ascii: "#") { return true }
    return suffixes.contains { bytes.suffix($0.utf8.count).elementsEqual($0.utf8) }
      || isVimProbe(name) || isSedTemporary(bytes) || isQtTemporary(bytes)
  }

  private static let suffixes = [
    ".swp", ".swx", ".swo",  // Vim's swap files, where they are not hidden
    "___jb_tmp___", "___jb_old___", "___jb_bak___",  // JetBrains' safe write
    ".bck",  // Helix
    ".vsctmp",  // Visual Studio Code
  ]

  /// Vim makes `4913` to learn whether it may create files here, and adds 123 for as long as the name is taken.
  private static func isVimProbe(_ name: Substring) -> Bool {
    guard name.utf8.count == 4, let number = Int(name) else { return false }
    return (4913...6000).contains(number) && (number - 4913).isMultiple(of: 123)
  }

  /// `sed -i` writes `sedXXXXXX` and renames it.
  private static func isSedTemporary(_ name: Substring.UTF8View) -> Bool {
    name.count == 9 && name.starts(with: "sed".utf8) && isRandom(name.suffix(6))
  }

  /// Qt's `QSaveFile` (Qt Creator, Kate) writes `x.swift.XXXXXX` and renames it.
  private static func isQtTemporary(_ name: Substring.UTF8View) -> Bool {
    name.count > 13 && name.suffix(13).starts(with: ".swift.".utf8) && isRandom(name.suffix(6))
  }

  /// Whether these are letters and digits as mkstemp(3) and Qt draw them, and not a word: `sedentary` and
  /// `x.swift.backup` are somebody's files. One draw in 200 looks like a word; then a save is reported with a
  /// path too many, which does no harm.
  private static func isRandom(_ bytes: Substring.UTF8View) -> Bool {
    let lowercase = UInt8(ascii: "a")...UInt8(ascii: "z")
    let uppercase = UInt8(ascii: "A")...UInt8(ascii: "Z")
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    return !bytes.allSatisfy(lowercase.contains)
      && bytes.allSatisfy { lowercase.contains($0) || uppercase.contains($0) || digits.contains($0) }
  }
}
