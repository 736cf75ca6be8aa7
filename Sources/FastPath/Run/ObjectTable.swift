internal import FastPathLink
internal import Posix

/// The information that was read from objects. It is valid as long as their files stay the same.
struct ObjectTable<Content> {
  private var known: [String: (identity: FileSystem.Identity, content: Content)] = [:]

  /// Returns the identity of an object and its information, which `read` reads for a new file. `nil` if the
  /// file is missing or is not an object.
  mutating func object(at path: String, read: (ElfFile) -> Content?) -> (
    identity: FileSystem.Identity, content: Content
  )? {
    guard let identity = FileSystem.identity(path) else { return nil }
    if let object = known[path], object.identity == identity { return object }
    known[path] = ElfFile(path: path).flatMap(read).map { (identity, $0) }
    return known[path]
  }
}
