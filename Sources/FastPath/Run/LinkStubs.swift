internal import FastPathLink
internal import Glibc
internal import Posix

/// The stubs of the libraries that a linker's command names, as files in a directory of their own.
struct LinkStubs {
  private struct Library {
    /// The word of the command that names the library: its path, or the text after `-l`.
    let word: String
    let path: String
    let identity: FileSystem.Identity
  }

  /// The maximum number of names that are looked up one by one. For more names, all symbols of the libraries
  /// are read.
  private static let few = 300

  private let directory: String
  private let libraries: [Library]
  private var set: StubSet

  /// Finds the libraries. Throws ``SystemError`` if the directory cannot be created.
  init(_ invocation: LinkerInvocation, directory: String) throws(SystemError) {
    var found: [Library] = []
    for word in invocation.libraries where !found.contains(where: { $0.word == word }) {
      guard let path = invocation.candidates(for: word).first(where: FileSystem.exists),
        let identity = FileSystem.identity(path)
      else { continue }
      found.append(Library(word: word, path: path, identity: identity))
    }
    for path in invocation.files where path.lastName.contains(".so") {
      guard let identity = FileSystem.identity(path) else { continue }
      found.append(Library(word: path, path: path, identity: identity))
    }
    // A small library costs no more than its stub.
    libraries = found.filter { $0.identity.size > 16_384 }
    self.directory = directory
    set = StubSet(count: libraries.count)
    try FileSystem.makeDirectories(directory)
  }

  /// Adds the names in an object to the stubs.
  mutating func add(_ object: ElfSymbols) { set.add(object) }

  /// Returns the file of each stub, by how the command names the library. Writes those that have new symbols. `nil` if a
  /// library has changed, or a stub cannot be written.
  mutating func files() -> [String: String]? {
    guard libraries.allSatisfy({ FileSystem.identity($0.path) == $0.identity }) else { return nil }
    if !set.isComplete {
      let isLazy = set.newCount <= Self.few
      let changed = set.complete(
        from: libraries.map { ElfFile(path: $0.path).flatMap { StubSet.Library($0, isLazy: isLazy) } })
      for index in changed where !write(index) { return nil }
    }
    var files: [String: String] = [:]
    for (index, library) in libraries.enumerated() where set.stubs[index] != nil {
      files[library.word] = path(index)
    }
    return files
  }

  private func path(_ index: Int) -> String { "\(directory)/\(index)-\(libraries[index].path.lastName)" }

  private func write(_ index: Int) -> Bool {
    guard let stub = set.stubs[index] else { return true }
    return (try? FileSystem.write(stub.bytes, to: path(index))) != nil
  }
}

extension FileSystem {
  /// Returns the size of a file in bytes; `nil` if it does not exist.
  static func size(_ path: String) -> Int? { identity(path).map { Int($0.size) } }

  /// Replaces the content of a file. A new file is accessible to this user only.
  static func write(_ bytes: [UInt8], to path: String) throws(SystemError) {
    let file = try Descriptor.open(path, O_WRONLY | O_CREAT | O_TRUNC)
    let number = file.number
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = try check("write", path) {
        rest.withUnsafeBytes { Glibc.write(number, $0.baseAddress, $0.count) }
      }
      rest = rest.dropFirst(count)
    }
  }
}
