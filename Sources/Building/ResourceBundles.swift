internal import Posix

/// The resources beside a program: one directory `<package>_<target>.resources` for each target. If only
/// resources change, the program's file stays the same.
package struct ResourceBundles: Sendable {
  /// A file, with a hash of its content.
  private struct File: Sendable {
    let identity: FileSystem.Identity
    let hash: UInt64
  }

  private let directory: String
  /// The files of the last fingerprint, by path.
  private var files: [String: File] = [:]

  /// Creates the set for the programs in `directory`.
  package init(directory: String) { self.directory = directory }

  /// Returns a hash of the names and contents of all resources. Only files that have changed since the last
  /// call are read.
  package mutating func fingerprint() -> UInt64 {
    let before = files
    files = [:]
    for name in FileSystem.names(in: directory) where name.hasSuffix(".resources") {
      collect("\(directory)/\(name)", before)
    }
    return files.sorted { $0.key < $1.key }.reduce(fnv1a([])) { hash, file in
      fnv1a(Array("\(file.key) \(file.value.hash)\n".utf8), from: hash)
    }
  }

  /// Adds the files at and below `path`.
  private mutating func collect(_ path: String, _ before: [String: File]) {
    guard let identity = FileSystem.identity(path) else { return }
    if FileSystem.isDirectory(path) {
      for name in FileSystem.names(in: path) { collect("\(path)/\(name)", before) }
    } else if let known = before[path], known.identity == identity {
      files[path] = known
    } else {
      files[path] = File(identity: identity, hash: fnv1a((try? FileSystem.read(path)) ?? []))
    }
  }
}
