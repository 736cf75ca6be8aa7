/// The names in a watched directory that are never sources: hidden ones, and files that editors write while
/// they save. It works on bytes, because it is asked about every file of a project.
enum IgnoredNames {
  /// Returns whether a file or directory of this name is ignored, with everything in it.
  static func contains(_ name: Substring) -> Bool {
    var name = name
    return name.withUTF8 { contains($0) }
  }

  /// Returns whether a file or directory of this name is ignored, with everything in it.
  static func contains(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let first = name.first, let last = name.last else { return false }
    // Hidden names are `.build`, `.git` and `.swiftpm`; Emacs' lock `.#x`; `.x.swp` of Vim and nano; Kate's
    // `.x.kate-swp`; GLib's `.goutputstream-…`; `.tmp…` of Zed and `.subl….tmp` of Sublime; Foundation's
    // `.dat.nosync…`.
    if first == UInt8(ascii: ".") { return true }
    switch last {
    // Backups of Vim, Emacs (also `x.~1~`), nano, gedit, Kate and joe.
    case UInt8(ascii: "~"): return true
    // Emacs' auto-save file.
    case UInt8(ascii: "#"): if name.count > 1, first == UInt8(ascii: "#") { return true }
    // Swap files of Vim that are not hidden; temporary files of Helix, Visual Studio Code and JetBrains.
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

  /// Returns whether a name ends with `suffix`.
  private static func ends(_ name: UnsafeBufferPointer<UInt8>, _ suffix: StaticString) -> Bool {
    name.count >= suffix.utf8CodeUnitCount
      && suffix.withUTF8Buffer { name.suffix($0.count).elementsEqual($0) }
  }

  /// Returns whether Vim uses this name to test whether it may create files: `4913`, and 123 more as long as
  /// the name is taken.
  private static func isVimProbe(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
    guard name.count == 4, name.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains) else {
      return false
    }
    let number = name.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    return (4913...6000).contains(number) && (number - 4913).isMultiple(of: 123)
  }

  /// Returns whether this is a name `sedXXXXXX`, which `sed -i` writes and renames.
  private static func isSedTemporary(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
    name.count == 9 && name.starts(with: "sed".utf8) && isRandom(name.suffix(6))
  }

  /// Returns whether this is a name `x.swift.XXXXXX`, which Qt's `QSaveFile` (Qt Creator, Kate) writes and
  /// renames.
  private static func isQtTemporary(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
    name.count > 13 && name[name.count - 7] == UInt8(ascii: ".")
      && name.suffix(13).starts(with: ".swift.".utf8) && isRandom(name.suffix(6))
  }

  /// Returns whether these are random letters and digits of mkstemp(3) or Qt and not a word, as in the real
  /// files `sedentary` and `x.swift.backup`. One in 200 random names looks like a word. A save is then
  /// reported with one path too many, which does no harm.
  private static func isRandom(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
    let lowercase = UInt8(ascii: "a")...UInt8(ascii: "z")
    let uppercase = UInt8(ascii: "A")...UInt8(ascii: "Z")
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    return !bytes.allSatisfy(lowercase.contains)
      && bytes.allSatisfy { lowercase.contains($0) || uppercase.contains($0) || digits.contains($0) }
  }
}
