internal import FastPathLink
internal import Posix

/// What was read from objects, for as long as their files stay the same.
struct ObjectTable<Content> {
  private var known: [String: (identity: FileSystem.Identity, content: Content)] = [:]

  /// Returns the file and what was read from it, by `read` if it is new. `nil` if it is not there, or no object.
  mutating func object(at path: String, read: (ElfFile) -> Content?) -> (
    identity: FileSystem.Identity, content: Content
  )? {
    guard let identity = FileSystem.identity(path) else { return nil }
    if let object = known[path], object.identity == identity { return object }
    known[path] = ElfFile(path: path).flatMap(read).map { (identity, $0) }
    return known[path]
  }
}
