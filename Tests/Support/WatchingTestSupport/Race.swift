/// An operation that is repeated as fast as possible, in each of the ways in which watchers are known to miss
/// changes. Every content is written only once.
package enum Race: String, CaseIterable, Sendable {
  /// `mkdir -p a/b` with a file at once.
  case nest
  /// A populated directory is moved in.
  case arrive
  /// A populated directory is moved out.
  case depart
  /// A populated directory is moved to another place within, and a file in it is saved at once.
  case shift
  /// A directory is removed and made again.
  case remake
  /// A file goes by way of many names.
  case chain
  /// A link is pointed from one file to another.
  case link
  /// The root is moved away and restored, with a save in between.
  case root
  /// The root is removed and made again.
  case rebirth
  /// A file is saved twice within one tick of the clock.
  case twice
  /// A new file is written, then replaced by another.
  case replace

  /// Performs the operation for the `count`-th time.
  package func step(_ count: Int, root: String, outside: String) {
    let text = "\(count)"
    let one = "\(root)/\(count % 7)"
    switch self {
    case .nest:
      Files.makeDirectory("\(root)/\(count)")
      Files.makeDirectory("\(root)/\(count)/b")
      Files.save("\(root)/\(count)/b/f.swift", text)
    case .arrive:
      Files.makeDirectories("\(outside)/\(count)/b")
      Files.save("\(outside)/\(count)/b/f.swift", text)
      Files.rename("\(outside)/\(count)", "\(root)/\(count)")
    case .depart:
      Files.makeDirectories("\(root)/\(count)/b")
      Files.save("\(root)/\(count)/b/f.swift", text)
      Files.save("\(root)/\(count)/g.swift", text)
      // One file is old, and one is new.
      for gone in [count - 1, count] where count % 2 == 1 {
        Files.rename("\(root)/\(gone)", "\(outside)/\(gone)")
      }
      Files.save("\(root)/last.swift", text)
    case .shift:
      Files.makeDirectories("\(one)/b")
      Files.save("\(one)/b/f.swift", text)
      Files.deleteTree("\(root)/x\(count % 5)")
      Files.rename(one, "\(root)/x\(count % 5)")
      Files.save("\(root)/x\(count % 5)/b/f.swift", "again \(text)")
    case .remake:
      Files.makeDirectories("\(one)/b")
      Files.save("\(one)/b/f.swift", text)
      Files.deleteTree(one)
      Files.makeDirectories("\(one)/b")
      Files.save("\(one)/b/f.swift", "again \(text)")
    case .chain:
      Files.save("\(one)0.swift", text)
      for step in 0..<5 { Files.rename("\(one)\(step).swift", "\(one)\(step + 1).swift") }
    case .link:
      Files.save("\(outside)/\(count)", text)
      Files.symbolicLink("\(outside)/l", to: "\(outside)/\(count)")
      Files.rename("\(outside)/l", "\(one).swift")
    case .root:
      Files.makeDirectory(one)
      Files.save("\(one)/f.swift", text)
      Files.rename(root, "\(outside)/root")
      Files.save("\(outside)/root/\(count % 7)/f.swift", "away \(text)")
      Files.rename("\(outside)/root", root)
    case .rebirth:
      Files.deleteTree(root)
      Files.makeDirectories(one)
      Files.save("\(one)/f.swift", text)
    case .twice:
      Files.save("\(one).swift", "first \(text)")
      Files.save("\(one).swift", "other \(text)")
    case .replace:
      Files.save("\(one).swift", text)
      Files.saveByRename("\(one).swift", "again \(text)", temporary: "\(one).new")
    }
  }
}
