internal import GitIgnore
internal import Posix
internal import Synchronization

/// What a repository of git's tracks: its index, which is read when it is first asked for, and again when it is another file.
final class TrackedFiles: Sendable {
  private struct State {
    var identity: FileSystem.Identity?
    var index: GitIndex?
  }

  private let path: String
  private let hashSize: Int
  private let state = Mutex(State())

  /// `path` is that of the index, beside which shared ones may be.
  init(_ path: String, hashSize: Int) {
    self.path = path
    self.hashSize = hashSize
  }

  /// What it has now; `nil` where there is no index, or none that is understood: then nothing is known to be tracked.
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
