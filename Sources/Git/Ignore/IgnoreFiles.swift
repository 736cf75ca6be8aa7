internal import Synchronization

/// The ignore patterns of a directory tree, with git's rules (gitignore(5)): the `.gitignore` of each
/// directory, and files for the whole tree. A deeper `.gitignore` wins over one above it. Patterns cannot
/// include a file again whose directory is ignored.
///
/// It does no I/O itself: `read` returns each file once, when it is first needed.
package final class IgnoreFiles: Sendable {
  /// The pattern that decides about a path.
  package struct Match: Equatable, Sendable {
    /// The path of the file that has the pattern.
    package let path: String
    /// The number of the line, from 1.
    package let line: Int
    /// The pattern as it is written.
    package let pattern: String
    /// Whether the path is ignored. False for a negated pattern.
    package let ignores: Bool
  }

  /// The path of the working tree, without a slash at its end.
  package let top: String
  /// The files for the whole tree, the strongest first.
  private let others: [IgnoreList]
  /// Whether case is ignored, as with `core.ignoreCase`.
  private let ignoresCase: Bool
  /// Returns the content of a file, or `nil` if there is none.
  private let read: @Sendable (String) -> [UInt8]?
  /// Returns git's index, or `nil` if there is none.
  private let tracked: @Sendable () -> GitIndex?
  /// Returns the patterns of the repository whose top is this directory, or `nil` if there is none.
  private let inner: @Sendable (String) -> IgnoreFiles?
  /// The repositories below this one, by their directory. `nil` for a directory that is none.
  private let repositories = Mutex<[String: IgnoreFiles?]>([:])
  /// The index that decides about tracked files.
  private let tracking = Mutex(Tracking())
  /// The `.gitignore` files that apply to the entries of a directory, the weakest first, by its path.
  private let chains = Mutex<[String: [Link]]>([:])

  /// The index that the answers about tracked files are based on.
  private struct Tracking {
    /// The index at the last call of ``trackingHasChanged()``, or the first one that was read.
    var last: GitIndex?
    /// Whether the index has changed since then. These patterns will be replaced, and keep their answers
    /// until then.
    var isOver = false
  }

  /// A `.gitignore` file that applies to a directory.
  private struct Link {
    /// The patterns of the file.
    let list: IgnoreList
    /// The offset in a path at which the part below the directory of the file begins.
    let start: Int
  }

  /// Creates the patterns of the tree at `top`.
  ///
  /// - Parameters:
  ///   - others: The files for the whole tree, the strongest first.
  ///   - ignoresCase: Whether case is ignored, as with `core.ignoreCase`.
  ///   - tracked: Returns git's index as it is now.
  ///   - inner: Returns the patterns of another repository if a directory is the top of one, such as a
  ///     submodule.
  ///   - read: Returns the content of a file, or `nil` if there is none.
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

  /// Returns the pattern that decides about an entry of a directory that is not ignored itself. `nil` if no
  /// pattern does, or if the entry is not in the tree.
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

  /// Returns the pattern that decides about a path anywhere in the tree: the one that ignores the topmost
  /// ignored directory on the way to it, or the one for the path itself. `nil` if there is none.
  package func match(_ path: String, isDirectory: Bool) -> Match? {
    var index = path.utf8.index(path.startIndex, offsetBy: min(top.utf8.count + 1, path.utf8.count))
    while let slash = path.utf8[index...].firstIndex(of: UInt8(ascii: "/")) {
      if let match = match(entry: String(path[..<slash]), isDirectory: true), match.ignores { return match }
      index = path.utf8.index(after: slash)
    }
    return match(entry: path, isDirectory: isDirectory)
  }

  /// Returns whether no pattern applies to the entries of a directory, so that none of them needs a match.
  package func isEmpty(for directory: String) -> Bool {
    others.allSatisfy(\.patterns.isEmpty) && chains.withLock { chain(of: directory, in: &$0) }.isEmpty
  }

  /// Returns the `.gitignore` files that apply to the entries of a directory, and reads those that are not
  /// known yet.
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

// Files that git tracks although a pattern ignores them.
extension IgnoreFiles {
  /// Returns whether git tracks this file, or this directory as a submodule. This may read git's index, so
  /// ask only about ignored paths.
  package func isTracked(_ path: String) -> Bool {
    currentIndex?.contains(Array(path.utf8.dropFirst(top.utf8.count + 1))[...]) ?? false
  }

  /// Returns whether git tracks a file in this directory or below it.
  package func holdsTracked(_ directory: String) -> Bool {
    currentIndex?.containsFile(in: Array(directory.utf8.dropFirst(top.utf8.count + 1))[...]) ?? false
  }

  /// The index that the answers are based on.
  private var currentIndex: GitIndex? {
    tracking.withLock { tracking in
      if tracking.isOver { return tracking.last }
      let index = tracked()
      tracking.last = tracking.last ?? index
      return index
    }
  }

  /// Returns whether git has begun or ceased to track an ignored path since the last call, here or in a
  /// repository below. False if no answer has depended on the index.
  ///
  /// If so, these patterns must be replaced. They keep their earlier answers until then.
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

  /// Returns the patterns of the repository whose top is this directory, or `nil` if there is none or if it
  /// is this one.
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
