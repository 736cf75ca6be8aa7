/// What the files held when they were last built from, or handed over to be. Tells which saves change something. Pure:
/// what a file holds comes in with the call.
///
/// Of a file it keeps 16 bytes: a hash of its path, and one of its content.
package struct SavedContents: Sendable {
  /// What was seen of a file since the last batch.
  private enum Sight {
    /// It differs from what is known, or is to count as if it did.
    case changed(FileContent)
    /// It is gone or empty, as it may be in the middle of a save.
    case unfinished
  }

  private var known: [UInt64: UInt64] = [:]
  private var sights: [String: Sight] = [:]

  package init() {}

  /// Takes in what a file held before anything happened to it. What is known already is newer.
  package mutating func learn(_ path: String, _ content: FileContent) {
    if known[Self.key(path)] == nil { know(path, content) }
  }

  /// Takes in what a file holds, which is not to be built.
  package mutating func replace(_ path: String, _ content: FileContent) { know(path, content) }

  /// Forgets all files but these: nobody watches the others.
  package mutating func keep(_ paths: some Sequence<String>) {
    var kept: [UInt64: UInt64] = [:]
    for path in paths { kept[Self.key(path)] = known[Self.key(path)] }
    known = kept
  }

  /// Takes in what a file holds right after an event. What differs, if only for a moment, has changed: a build that runs
  /// may have read it. `touchCounts`: a save of the same content is to be built all the same. Returns whether it has changed
  /// for certain.
  @discardableResult
  package mutating func saw(_ path: String, _ content: FileContent, touchCounts: Bool) -> Bool {
    if content != .unknown, isKnown(path, content) {
      switch sights[path] {
      case .changed: sights[path] = .changed(content)
      case .unfinished, nil: sights[path] = touchCounts && content != .missing ? .changed(content) : nil
      }
    } else if content == .missing || content == .empty {
      if case .changed = sights[path] { sights[path] = .changed(content) } else { sights[path] = .unfinished }
    } else {
      sights[path] = .changed(content)
      return true
    }
    return false
  }

  /// Whether nothing is known of what a file held, or only that it was not there.
  package func isUnknown(_ path: String) -> Bool {
    known[Self.key(path)].map { $0 == Self.value(.missing) } ?? true
  }

  /// Whether a file was seen to hold something else, or nothing, since the last batch.
  package func differs(_ path: String) -> Bool { sights[path] != nil }

  /// The files of a batch that have changed, and those whose save changed nothing. `look` tells what a file holds now. What
  /// was gone at the last batch, and still is, is neither.
  package mutating func settle(_ batch: [String], look: (String) -> FileContent) -> (
    changed: [String], unchanged: [String]
  ) {
    var result: (changed: [String], unchanged: [String]) = ([], [])
    for path in batch {
      switch sights.removeValue(forKey: path) {
      case .changed(let content):
        know(path, content)
        result.changed.append(path)
      case .unfinished:
        let content = look(path)
        if content != .unknown, isKnown(path, content) {
          if content != .missing { result.unchanged.append(path) }
        } else {
          know(path, content)
          result.changed.append(path)
        }
      case nil: if !isKnown(path, .missing) { result.unchanged.append(path) }
      }
    }
    return result
  }

  private func isKnown(_ path: String, _ content: FileContent) -> Bool {
    known[Self.key(path)].map { $0 == Self.value(content) } ?? false
  }

  private mutating func know(_ path: String, _ content: FileContent) {
    known[Self.key(path)] = Self.value(content)
  }

  /// Nil for what must count as changed the next time.
  private static func value(_ content: FileContent) -> UInt64? {
    switch content {
    case .unknown: nil
    case .empty: 0
    case .missing: 1
    case .hash(let hash): max(hash, 2)
    }
  }

  /// FNV-1a.
  private static func key(_ path: String) -> UInt64 {
    path.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }
}
