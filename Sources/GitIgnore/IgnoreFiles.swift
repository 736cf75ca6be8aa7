internal import Synchronization

/// All that git would read about a directory tree: the `.gitignore` of each directory, and files that are for the whole
/// tree. A deeper `.gitignore` wins over one above it; what is in an ignored directory cannot be taken in again.
///
/// It does no I/O: a function gives it the files, each once, when it is first needed.
package final class IgnoreFiles: Sendable {
  /// The line that decides about a path.
  package struct Match: Equatable, Sendable {
    /// The file in which it stands.
    package let path: String
    package let line: Int
    package let pattern: String
    /// Whether it says that the path is ignored, and not that it is not.
    package let ignores: Bool
  }

  /// The top of the tree, the working tree of a repository.
  package let top: String
  private let others: [IgnoreList]
  private let ignoresCase: Bool
  private let read: @Sendable (String) -> [UInt8]?
  private let tracked: @Sendable () -> GitIndex?
  private let inner: @Sendable (String) -> IgnoreFiles?
  /// The repositories in this one, by their directory; `nil` for a directory that is none.
  private let repositories = Mutex<[String: IgnoreFiles?]>([:])
  private let tracking = Mutex(Tracking())
  /// The `.gitignore` files that are about the entries of a directory, the weakest first, by its path.
  private let chains = Mutex<[String: [Link]]>([:])

  private struct Tracking {
    /// What was tracked when it was asked last whether that has changed, or at first.
    var last: GitIndex?
    /// It has changed since then, and these patterns are about to be replaced: they stay as they were.
    var isOver = false
  }

  private struct Link {
    let list: IgnoreList
    /// Where a path goes on below the directory of the file.
    let start: Int
  }

  /// `others`: the files for the whole tree, the strongest first. `read`: the content of a file, nil where there is none.
  /// `tracked`: what git's index has now. `inner`: the patterns of another repository, if a directory in this one is the top of
  /// one, such as a submodule.
  package init(
    top: String, others: [IgnoreList] = [], ignoresCase: Bool = false,
    tracked: @escaping @Sendable () -> GitIndex? = { nil },
    inner: @escaping @Sendable (String) -> IgnoreFiles? = { _ in nil },
    read: @escaping @Sendable (String) -> [UInt8]?
  ) {
    self.top = top == "/" ? "" : top
    self.others = others
    self.ignoresCase = ignoresCase
    self.tracked = tracked
    self.inner = inner
    self.read = read
  }

  /// What decides about an entry of a directory that is not ignored itself; nil: nothing does, or it is not in the tree.
  package func match(entry path: String, isDirectory: Bool) -> Match? {
    guard path.hasPrefix(top + "/"), let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else {
      return nil
    }
    let chain = chains.withLock { self.chain(of: String(path[..<slash]), in: &$0) }
    if chain.isEmpty, others.isEmpty { return nil }
    let bytes = Array(path.utf8)
    let name = bytes[(path.utf8.distance(from: path.startIndex, to: slash) + 1)...]
    for link in chain.reversed() {
      if let pattern = link.list.lastMatch(bytes[link.start...], name: name, isDirectory: isDirectory) {
        return Match(link.list, pattern)
      }
    }
    let below = bytes[(top.utf8.count + 1)...]
    for list in others {
      if let pattern = list.lastMatch(below, name: name, isDirectory: isDirectory) {
        return Match(list, pattern)
      }
    }
    return nil
  }

  /// What decides about a path wherever it is in the tree: the pattern that ignores the first ignored directory on the
  /// way to it, or the one about itself.
  package func match(_ path: String, isDirectory: Bool) -> Match? {
    var index = path.utf8.index(path.startIndex, offsetBy: min(top.utf8.count + 1, path.utf8.count))
    while let slash = path.utf8[index...].firstIndex(of: UInt8(ascii: "/")) {
      if let match = match(entry: String(path[..<slash]), isDirectory: true), match.ignores { return match }
      index = path.utf8.index(after: slash)
    }
    return match(entry: path, isDirectory: isDirectory)
  }

  /// Whether no pattern is about the entries of a directory: none of them needs a match.
  package func isEmpty(for directory: String) -> Bool {
    others.allSatisfy(\.patterns.isEmpty) && chains.withLock { chain(of: directory, in: &$0) }.isEmpty
  }

  private func chain(of directory: String, in chains: inout [String: [Link]]) -> [Link] {
    if let known = chains[directory] { return known }
    var chain: [Link] = []
    if directory.utf8.count > top.utf8.count, let slash = directory.utf8.lastIndex(of: UInt8(ascii: "/")) {
      chain = self.chain(of: String(directory[..<slash]), in: &chains)
    }
    let path = directory + "/.gitignore"
    if let bytes = read(path) {
      let list = IgnoreList(bytes, path: path, ignoresCase: ignoresCase)
      if !list.patterns.isEmpty { chain.append(Link(list: list, start: directory.utf8.count + 1)) }
    }
    chains[directory] = chain
    return chain
  }
}

// What git knows although a pattern ignores it.
extension IgnoreFiles {
  /// Whether git tracks this file, or this directory as a submodule. git's index is asked for that, which takes time: ask only
  /// about what is ignored.
  package func isTracked(_ path: String) -> Bool {
    currentIndex?.contains(Array(path.utf8.dropFirst(top.utf8.count + 1))[...]) ?? false
  }

  /// Whether git tracks a file in this directory.
  package func holdsTracked(_ directory: String) -> Bool {
    currentIndex?.containsFile(in: Array(directory.utf8.dropFirst(top.utf8.count + 1))[...]) ?? false
  }

  private var currentIndex: GitIndex? {
    tracking.withLock { tracking in
      if tracking.isOver { return tracking.last }
      let index = tracked()
      tracking.last = tracking.last ?? index
      return index
    }
  }

  /// Whether, since that was asked last, git has begun or ceased to track something that a pattern ignores, here or in a
  /// repository in this one. Then others are to be made, and these go on to say what they said before. Never so if nothing was
  /// asked about what git tracks.
  package func trackingHasChanged() -> Bool {
    let inner = repositories.withLock { $0.values.compactMap(\.self) }
    let haveChanged = inner.map { $0.trackingHasChanged() }.contains(true)
    guard let last = tracking.withLock(\.last), let index = tracked() else { return haveChanged }
    let isOver = index.difference(from: last).contains { name in
      match(top + "/" + String(decoding: name, as: UTF8.self), isDirectory: false)?.ignores == true
    }
    tracking.withLock {
      $0.isOver = isOver
      if !isOver { $0.last = index }
    }
    return haveChanged || isOver
  }

  /// The patterns of the repository whose top this directory is, if that is another one than this.
  package func repository(at directory: String) -> IgnoreFiles? {
    if directory == top { return nil }
    if let known = repositories.withLock({ $0[directory] }) { return known }
    let found = inner(directory)
    repositories.withLock { $0[directory] = .some(found) }
    return found
  }
}

extension IgnoreFiles.Match {
  fileprivate init(_ list: IgnoreList, _ pattern: IgnoreList.Pattern) {
    self.init(path: list.path, line: pattern.line, pattern: pattern.text, ignores: !pattern.isNegated)
  }
}
