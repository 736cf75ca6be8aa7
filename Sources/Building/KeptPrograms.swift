package import Posix

/// The programs of earlier builds. Each is kept in the directory of the products, where it finds its
/// resources, under a name that later builds do not overwrite.
///
/// A hard link is enough for linkers that make a new file: gold and bfd remove the old one, and lld renames.
/// A linker that writes into the existing file would change a kept program. If that is observed, copies are
/// made from then on.
package final class KeptPrograms {
  /// A kept program: its file, and the resources beside it at the time of the build.
  private struct Program {
    let identity: FileSystem.Identity
    /// The ``ResourceBundles/fingerprint()`` at the time of the build.
    let resources: UInt64
    /// Whether it is a copy. A later build does not change a copy, even if the copy has a reused inode
    /// number.
    let isCopy: Bool
  }

  /// The directory of the products.
  private let directory: String
  private let product: String
  /// The resources beside the product.
  private var bundles: ResourceBundles
  /// The kept programs, by path.
  private var kept: [String: Program] = [:]
  /// The number of the last kept program.
  private var lastNumber = 0
  /// Whether programs are copied instead of linked.
  private var copies: Bool

  /// The prefix of the names of all kept programs of this product.
  private var prefix: String { ".\(product).hotreload-" }

  /// The prefix of the names of the programs that this process keeps.
  private var ownPrefix: String { "\(prefix)\(CurrentProcess.identifier)-" }

  /// Returns the path of a kept program.
  private func keptPath(_ number: Int) -> String { "\(directory)/\(ownPrefix)\(number)" }

  /// Creates the table for the product that builds put into `directory`. Removes the files that a killed
  /// hotreload has left there. `isOverwritten` says that a build may write into the existing file, which
  /// fails with `ETXTBSY` while a hard link to it is running.
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

  /// The path for a program that is not made by SwiftPM, in the same directory.
  package var linkOutputPath: String { keptPath(0) }

  /// Keeps the product, or the program at `path` in the same directory, and returns the path of the kept one.
  /// A program with the same content and resources as a kept one is not kept twice. Throws ``SystemError`` if
  /// it cannot be copied.
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
    // Another table, of the previous product, may still keep programs under these names.
    repeat { lastNumber += 1 } while FileSystem.exists(keptPath(lastNumber))
    let name = keptPath(lastNumber)
    if !copies {
      // A file system may not support hard links (`EPERM`), or not to a file of another user.
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

  /// Removes the program at ``linkOutputPath``.
  package func discardLinkOutput() { FileSystem.remove(linkOutputPath) }

  /// Removes all programs that this table keeps, and no others with the same prefix.
  package func discardKept() {
    for path in kept.keys { FileSystem.remove(path) }
    kept = [:]
  }

  /// Removes all files with this process's prefix, including those of a killed linker or an unfinished copy.
  package func discardAll() {
    kept = [:]
    for name in FileSystem.names(in: directory) where name.hasPrefix(ownPrefix) {
      FileSystem.remove("\(directory)/\(name)")
    }
  }

  /// Returns the number in the path of a kept program.
  private func number(_ path: String) -> Int {
    path.lastIndex(of: "-").flatMap { Int(path[path.index(after: $0)...]) } ?? 0
  }
}

extension FileSystem.Identity {
  /// Returns whether a file was changed in place: it is the same inode with other content.
  fileprivate func isOverwritten(by other: Self) -> Bool {
    inode == other.inode && device == other.device && self != other
  }
}
