package import Posix

/// The programs that builds have made, each kept beside the place where the next build puts its own: from the same
/// directory, so that it finds its resources there.
///
/// A second name is enough for linkers that make a new file: gold and bfd remove the old one first, lld renames. One
/// that writes into the old file would change what is kept, so from then on copies are kept.
package final class KeptPrograms {
  /// A program is its file and the resources that lay beside it when it was built.
  private struct Program {
    let identity: FileSystem.Identity
    let resources: UInt64
    /// What is built later does not change it, even where it has the number of a file that is gone.
    let isCopy: Bool
  }

  private let directory: String
  private let product: String
  private var bundles: ResourceBundles
  private var kept: [String: Program] = [:]
  private var lastNumber = 0
  private var copies: Bool

  private var prefix: String { ".\(product).hotreload-" }

  /// What the names of our kept programs begin with, and not another hotreload's.
  private var ownPrefix: String { "\(prefix)\(CurrentProcess.identifier)-" }

  private func keptPath(_ number: Int) -> String { "\(directory)/\(ownPrefix)\(number)" }

  /// For the product that builds put into `directory`. Removes what a killed hotreload has left there. `isOverwritten`:
  /// a build may write into the file, which it cannot while a second name of it runs (`ETXTBSY`).
  package init(directory: String, product: String, isOverwritten: Bool = false) {
    copies = isOverwritten
    self.directory = directory
    self.product = product
    bundles = ResourceBundles(directory: directory)
    for name in FileSystem.names(in: directory) where name.hasPrefix(prefix) {
      let pid = CInt(name.dropFirst(prefix.count).prefix { $0.isNumber })
      if pid.map(CurrentProcess.exists) != true { FileSystem.remove("\(directory)/\(name)") }
    }
  }

  /// Where somebody else than SwiftPM can put a program to keep: in the same directory.
  package var otherPath: String { keptPath(0) }

  /// Keeps the program as SwiftPM has made it, or the one at `path` in the same directory; returns where. One that has
  /// the content of a kept one, and its resources, is that one. Throws what copying failed with.
  package func keep(from path: String? = nil) throws(SystemError) -> String {
    let path = path ?? "\(directory)/\(product)"
    guard let identity = FileSystem.identity(path) else { throw SystemError("stat", path) }
    let resources = bundles.fingerprint()
    if let same = kept.first(where: { $0.value.identity == identity && $0.value.resources == resources })?.key
    {
      return same
    }
    let overwritten = kept.filter { !$0.value.isCopy && $0.value.identity.isOverwritten(by: identity) }
    if !overwritten.isEmpty { copies = true }
    let candidates = kept.filter { overwritten[$0.key] == nil && $0.value.resources == resources }.keys
    let newestFirst = candidates.sorted { number($0) > number($1) }
    if let same = newestFirst.first(where: { FileSystem.haveSameContent($0, path) }) { return same }
    // Another table, for the product before, may still have programs here.
    repeat { lastNumber += 1 } while FileSystem.exists(keptPath(lastNumber))
    let name = keptPath(lastNumber)
    if !copies {
      // Some file systems have no second names (EPERM), and some users none of a file that is not theirs.
      do throws(SystemError) { try FileSystem.link(path, to: name) } catch { copies = true }
    }
    if copies { try FileSystem.copy(path, to: name) }
    kept[name] = Program(identity: identity, resources: resources, isCopy: copies)
    return name
  }

  /// Removes a kept program.
  package func discard(_ path: String) {
    guard kept.removeValue(forKey: path) != nil else { return }
    FileSystem.remove(path)
  }

  /// Removes what is at ``otherPath``.
  package func discardOther() { FileSystem.remove(otherPath) }

  /// Removes what this table keeps; others may keep programs of the same name.
  package func discardKept() {
    for path in kept.keys { FileSystem.remove(path) }
    kept = [:]
  }

  /// Removes all, with what a killed linker or an unfinished copy has left.
  package func discardAll() {
    kept = [:]
    for name in FileSystem.names(in: directory) where name.hasPrefix(ownPrefix) {
      FileSystem.remove("\(directory)/\(name)")
    }
  }

  private func number(_ path: String) -> Int {
    path.lastIndex(of: "-").flatMap { Int(path[path.index(after: $0)...]) } ?? 0
  }
}

extension FileSystem.Identity {
  /// Whether the file is another one now, in the same place on the disk.
  fileprivate func isOverwritten(by other: Self) -> Bool {
    inode == other.inode && device == other.device && self != other
  }
}
