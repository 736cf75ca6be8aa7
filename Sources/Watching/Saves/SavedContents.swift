/// The contents of the files at the last batch, which show which saves change something. Pure: the contents
/// are passed in.
///
/// It keeps 16 bytes for each file, a hash of its path and one of its content.
package struct SavedContents: Sendable {
  /// The state in which a file was seen since the last batch.
  private enum Sight {
    /// The file differs from the known content, or counts as if it did.
    case changed(FileContent)
    /// The file is gone or empty, as it may be in the middle of a save.
    case unfinished
  }

  /// The hashes of the contents, by the hash of the path.
  private var known: [UInt64: UInt64] = [:]
  /// The files that were seen since the last batch.
  private var sights: [String: Sight] = [:]

  /// Creates a store that knows no file.
  package init() {}

  /// Records that these files exist. Their contents may be passed in later.
  package mutating func found(_ paths: some Sequence<String>) {
    for path in paths where known[Self.key(path)] == nil { record(path, .unknown) }
  }

  /// Records the content that a file had at the start. Does nothing if the content is known already, because
  /// that is newer.
  package mutating func learn(_ path: String, _ content: FileContent) {
    if [nil, Self.value(.unknown)].contains(known[Self.key(path)]) { record(path, content) }
  }

  /// Records the content of a file that is not to be built.
  package mutating func replace(_ path: String, _ content: FileContent) { record(path, content) }

  /// Forgets all files except these, because the others are no longer watched.
  package mutating func keep(_ paths: some Sequence<String>) {
    var kept: [UInt64: UInt64] = [:]
    for path in paths { kept[Self.key(path)] = known[Self.key(path)] }
    known = kept
  }

  /// Records the content of a file right after an event. A file whose content differs only for a moment has
  /// changed too, because a running build may have read it. Returns whether the file has certainly changed.
  ///
  /// - Parameter touchCounts: Whether a save of the same content counts as a change.
  @discardableResult
  package mutating func observed(_ path: String, _ content: FileContent, touchCounts: Bool) -> Bool {
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

  /// Returns whether the earlier content of a file is not known, or the file did not exist.
  package func isUnknown(_ path: String) -> Bool {
    isNew(path) || known[Self.key(path)] == Self.value(.unknown)
  }

  /// Returns whether the file did not exist at the last batch.
  package func isNew(_ path: String) -> Bool {
    [nil, Self.value(.missing)].contains(known[Self.key(path)])
  }

  /// Returns whether a change of a file was seen since the last batch.
  package func differs(_ path: String) -> Bool { sights[path] != nil }

  /// A batch. A file that did not exist at the last batch and does not exist now is in none of its lists.
  package struct Batch {
    /// The files that have changed.
    package var changed: [String] = []
    /// The changed files that did not exist before.
    package var new: Set<String> = []
    /// The files that were saved without a change.
    package var unchanged: [String] = []
  }

  /// Ends a batch. `look` returns the current content of a file.
  package mutating func endBatch(_ batch: [String], look: (String) -> FileContent) -> Batch {
    var result = Batch()
    for path in batch {
      let isNew = isNew(path)
      var changed: FileContent?
      switch sights.removeValue(forKey: path) {
      case .changed(let content): changed = content
      case .unfinished:
        let content = look(path)
        if content == .unknown || !isKnown(path, content) { changed = content }
      case nil: break
      }
      if isNew, changed ?? .missing == .missing { continue }
      guard let changed else {
        result.unchanged.append(path)
        continue
      }
      record(path, changed)
      result.changed.append(path)
      if isNew { result.new.insert(path) }
    }
    return result
  }

  /// Returns whether a file is known to have this content.
  private func isKnown(_ path: String, _ content: FileContent) -> Bool {
    known[Self.key(path)].map { $0 == Self.value(content) } ?? false
  }

  /// Records the content of a file.
  private mutating func record(_ path: String, _ content: FileContent) {
    known[Self.key(path)] = Self.value(content)
  }

  /// Returns the value that stands for a content.
  private static func value(_ content: FileContent) -> UInt64 {
    switch content {
    case .empty: 0
    case .missing: 1
    case .unknown: 2
    case .hash(let hash): hash < 3 ? hash + 3 : hash
    }
  }

  /// Returns the FNV-1a hash of a path.
  private static func key(_ path: String) -> UInt64 {
    path.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }
}
