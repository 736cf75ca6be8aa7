internal import Posix

/// The resources that SwiftPM has put beside a program: `<package>_<target>.resources`, one directory a target. A change
/// of them alone leaves the program's file as it was.
package struct ResourceBundles: Sendable {
  private struct File: Sendable {
    let identity: FileSystem.Identity
    let hash: UInt64
  }

  private let directory: String
  private var files: [String: File] = [:]

  /// Of the programs that builds put into `directory`.
  package init(directory: String) { self.directory = directory }

  /// A hash of the names and contents of all resources as they are now. Reads only files that have changed since the
  /// last call.
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
