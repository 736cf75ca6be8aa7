internal import Posix

/// The self-writes that servers have reported, by the name of the file.
struct ReportedWrites {
  /// The number of names after which earlier ones are forgotten. At most twice as many are remembered.
  private static let limit = 4096
  /// The number of states that are remembered of a file that is written repeatedly.
  private static let states = 4

  /// The last change of a server to a name.
  private enum Act: Equatable {
    /// A server closed, linked or moved the file in one of these states, of which the last one is the newest.
    case written([FileSystem.Identity])
    /// A server was about to create a symbolic link. The identity is that of the link once it has been seen.
    case made(FileSystem.Identity?)
    /// A server was about to remove the file, which was in one of these states.
    case removed([FileSystem.Identity])
  }

  /// The last changes, by the path with the links of its directory resolved. `recent` has the newest ones,
  /// and `earlier` those before them.
  private var recent: [String: Act] = [:]
  private var earlier: [String: Act] = [:]

  /// Whether nothing was reported.
  private var isEmpty: Bool { recent.isEmpty && earlier.isEmpty }

  /// Records a notice.
  mutating func record(_ notice: SelfWriteNotice) {
    switch notice {
    case .wrote(let name, let state):
      let before = states(of: name).filter { $0 != state }.suffix(Self.states - 1)
      self[name] = .written(before + [state])
    case .made(let name): self[name] = .made(nil)
    case .removed(let name): self[name] = .removed(states(of: name))
    case .kept(let name): self[name] = nil
    case .open: break
    }
  }

  /// Returns whether the current state of `path` was reported. A removal is valid until the file exists in
  /// another state, because the kernel may report a removed file and then its directory.
  mutating func has(_ path: String) -> Bool {
    if isEmpty { return false }
    let name = kernelName(path)
    if let link = FileSystem.identity(ofLink: path) { return has(link, at: path, name) }
    let file = FileSystem.identity(path)
    switch self[name] {
    case .written(let states): return file.map(states.contains) == true
    case .removed(let states):
      // A file that still exists has not been removed yet, or the removal failed.
      guard let file, !states.contains(file) else { return true }
      self[name] = nil
      return false
    case .made, nil: return false
    }
  }

  /// Returns whether a symbolic link, or the file that it leads to, was reported.
  private mutating func has(_ link: FileSystem.Identity, at path: String, _ name: String) -> Bool {
    if case .made(let known) = self[name] {
      if known == nil { self[name] = .made(link) }
      if known == nil || known == link { return true }
    }
    // The target was written after the link was created.
    guard let target = FileSystem.realPath(path), let file = FileSystem.identity(path),
      link.modified < file.modified, case .written(let states) = self[target]
    else { return false }
    return states.contains(file)
  }

  /// Returns whether `path` was reported, whatever its state is now.
  func knows(_ path: String) -> Bool { !isEmpty && self[kernelName(path)] != nil }

  /// Returns the path with the links in its directory resolved, as the interposer reports it. The directory
  /// may have been removed.
  private func kernelName(_ path: String) -> String {
    let parent = path.parentPath
    if parent == path { return path }
    return (FileSystem.realPath(parent) ?? kernelName(parent)) + path.dropFirst(parent.count)
  }

  /// Returns the states in which servers have written a file.
  private func states(of name: String) -> [FileSystem.Identity] {
    switch self[name] {
    case .written(let states), .removed(let states): states
    case .made, nil: []
    }
  }

  /// The last change of a name.
  private subscript(name: String) -> Act? {
    get { recent[name] ?? earlier[name] }
    set {
      if newValue != nil, recent.count >= Self.limit { (earlier, recent) = (recent, [:]) }
      (recent[name], earlier[name]) = (newValue, nil)
    }
  }
}
