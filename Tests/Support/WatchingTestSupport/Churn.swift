internal import RandomNumbers

/// Random things that happen to a tree, repeatable by their seed.
///
/// Names are few, so that the operations meet. Every content is written once only, so that a change that was
/// missed cannot go unseen.
package struct Churn {
  private let root: String
  private let outside: String
  private let label: String
  private var random: SplitMix64
  private var count = 0

  /// - Parameter outside: a directory on the same file system that is not watched.
  package init(root: String, outside: String, label: String, seed: UInt64) {
    self.root = root
    self.outside = outside
    self.label = label
    random = SplitMix64(seed: seed)
  }

  /// Does one thing. Returns the files and directories that it may have changed.
  @discardableResult
  package mutating func step() -> [String] {
    count += 1
    let text = "\(label) \(count)"
    let file = pathOfFile()
    let directory = pathOfDirectory()
    let away = "\(outside)/\(Int.random(in: 0..<3, using: &random))"
    switch Int.random(in: 0..<100, using: &random) {
    case 0..<22:
      Files.save(file, text)
      return [file]
    case 22..<34:
      let temporary = file + ".new"
      Files.saveByRename(file, text, temporary: temporary)
      return [file, temporary]
    case 34..<40:
      Files.delete(file)
      return [file]
    case 40..<46:
      let other = pathOfFile()
      Files.rename(other, file)
      return [other, file]
    case 46..<50:
      // This rename does not overwrite. The other name is removed, because writes through it would not be
      // reported.
      let other = pathOfFile()
      if Files.hardLink(file, to: other) { Files.delete(other) }
      return [other, file]
    case 50..<53:
      Files.symbolicLink(file, to: text)
      return [file]
    case 53..<56:
      Files.saveUnnamed(file, text, in: outside)
      return [file]
    case 56..<70:
      Files.makeDirectories(directory)
      Files.save("\(directory)/f.swift", text)
      return [directory]
    case 70..<78:
      let other = pathOfDirectory()
      Files.rename(other, directory)
      return [other, directory]
    case 78..<81:
      let other = pathOfDirectory()
      Files.exchange(other, directory)
      return [other, directory]
    case 81..<87:
      Files.deleteTree(away)
      Files.rename(directory, away)
      return [directory]
    case 87..<93:
      Files.rename(away, directory)
      return [directory]
    case 93..<96:
      Files.deleteTree(directory)
      return [directory]
    case 96..<98:
      Files.rename(root, "\(outside)/root")
      return [root]
    default:
      Files.rename("\(outside)/root", root)
      return [root]
    }
  }

  private mutating func pathOfDirectory() -> String {
    var path = root
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      path += "/" + ["a", "b", "c"][Int.random(in: 0..<3, using: &random)]
    }
    return path
  }

  private mutating func pathOfFile() -> String {
    let directory = Int.random(in: 0..<4, using: &random) == 0 ? root : pathOfDirectory()
    return directory + "/" + ["f.swift", "g.swift", "h.json"][Int.random(in: 0..<3, using: &random)]
  }
}
