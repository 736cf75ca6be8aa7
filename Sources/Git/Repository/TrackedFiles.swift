internal import GitIgnore
internal import Posix
internal import Synchronization

/// The tracked files of a git repository. The index is read on first use, and again when the file has
/// changed.
final class TrackedFiles: Sendable {
  private struct State {
    var identity: FileSystem.Identity?
    var index: GitIndex?
  }

  private let path: String
  private let hashSize: Int
  private let state = Mutex(State())

  /// Creates the tracked files of the index at `path`. Shared indexes may be beside it.
  init(_ path: String, hashSize: Int) {
    self.path = path
    self.hashSize = hashSize
  }

  /// The current index; `nil` if there is none or its format is not supported. No file then counts as
  /// tracked.
  var current: GitIndex? {
    state.withLock { state in
      let identity = FileSystem.identity(path)
      if identity == state.identity { return state.index }
      state = State(identity: identity, index: identity == nil ? nil : read())
      return state.index
    }
  }

  private func read() -> GitIndex? {
    guard let bytes = try? FileSystem.read(path) else { return nil }
    return try? GitIndex(bytes, hashSize: hashSize) { try? FileSystem.read(path.parentPath + "/" + $0) }
  }
}
