/// Which names inside a watched directory are never sources: hidden ones, and what editors write while they
/// save. Works on bytes, for every file of a project is asked about.
enum IgnoredNames {
  /// Whether a file or directory of this name, and everything in it, is left alone.
  static func contains(_ name: Substring) -> Bool {
    var name = name
    return name.withUTF8 { contains($0) }
  }

  /// The same for the bytes of a name.
  static func contains(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let first = name.first, let last = name.last else { return false }
    // `.build`, `.git`, `.swiftpm`; Emacs' lock `.#x`; Vim's `.x.swp`; nano's `.x.swp`; Kate's `.x.kate-swp`;
    // GLib's `.goutputstream-…`; Zed's and Sublime's `.tmp…` and `.subl….tmp`; Foundation's `.dat.nosync…`.
    if first == UInt8(ascii: ".") { return true }
    switch last {
    // Backups: Vim, Emacs (`x.~1~` too), nano, gedit, Kate, joe.
    case UInt8(ascii: "~"): return true
    // Emacs' auto-save file.
    case UInt8(ascii: "#"): if name.count > 1, first == UInt8(ascii: "#") { return true }
    // Vim's swap files, where they are not hidden; Helix; Visual Studio Code; JetBrains' safe write.
    case UInt8(ascii: "p"): if ends(name, ".swp") || ends(name, ".vsctmp") { return true }
    case UInt8(ascii: "x"): if ends(name, ".swx") { return true }
    case UInt8(ascii: "o"): if ends(name, ".swo") { return true }
    case UInt8(ascii: "k"): if ends(name, ".bck") { return true }
    case UInt8(ascii: "_"):
      if ends(name, "___jb_tmp___") || ends(name, "___jb_old___") || ends(name, "___jb_bak___") {
        return true
      }
    default: break
    }
    return isVimProbe(name) || isSedTemporary(name) || isQtTemporary(name)
  }

  private static func ends(_ name: UnsafeBufferPointer<UInt8>, _ suffix: StaticString) -> Bool {
    name.count >= suffix.utf8CodeUnitCount
      && suffix.withUTF8Buffer { name.suffix($0.count).elementsEqual($0) }
  }

  /// Vim makes `4913` to learn whether it may create files here, and adds 123 for as long as the name is taken.
  private static func isVimProbe(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
    guard name.count == 4, name.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains) else {
      return false
    }
    let number = name.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    return (4913...6000).contains(number) && (number - 4913).isMultiple(of: 123)
  }

  /// `sed -i` writes `sedXXXXXX` and renames it.
  private static func isSedTemporary(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
    name.count == 9 && name.starts(with: "sed".utf8) && isRandom(name.suffix(6))
  }

  /// Qt's `QSaveFile` (Qt Creator, Kate) writes `x.swift.XXXXXX` and renames it.
  private static func isQtTemporary(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
    name.count > 13 && name[name.count - 7] == UInt8(ascii: ".")
      && name.suffix(13).starts(with: ".swift.".utf8) && isRandom(name.suffix(6))
  }

  /// Whether these are letters and digits as mkstemp(3) and Qt draw them, and not a word: `sedentary` and
  /// `x.swift.backup` are somebody's files. One draw in 200 looks like a word; then a save is reported with a
  /// path too many, which does no harm.
  private static func isRandom(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
    let lowercase = UInt8(ascii: "a")...UInt8(ascii: "z")
    let uppercase = UInt8(ascii: "A")...UInt8(ascii: "Z")
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    return !bytes.allSatisfy(lowercase.contains)
      && bytes.allSatisfy { lowercase.contains($0) || uppercase.contains($0) || digits.contains($0) }
  }
}
