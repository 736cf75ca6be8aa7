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

  /// Notes that these files are there. What they hold may be learned later.
  package mutating func found(_ paths: some Sequence<String>) {
    for path in paths where known[Self.key(path)] == nil { know(path, .unknown) }
  }

  /// Takes in what a file held before anything happened to it. What is known already is newer.
  package mutating func learn(_ path: String, _ content: FileContent) {
    if [nil, Self.value(.unknown)].contains(known[Self.key(path)]) { know(path, content) }
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
    isNew(path) || known[Self.key(path)] == Self.value(.unknown)
  }

  /// Whether the file was not there at the last batch.
  package func isNew(_ path: String) -> Bool {
    [nil, Self.value(.missing)].contains(known[Self.key(path)])
  }

  /// Whether a file was seen to hold something else, or nothing, since the last batch.
  package func differs(_ path: String) -> Bool { sights[path] != nil }

  /// A batch: the files that have changed, those of them that were not there before, and the files whose save changed
  /// nothing. What was not there at the last batch, and is not there now, is none of these: it came and went.
  package struct Batch {
    package var changed: [String] = []
    package var new: Set<String> = []
    package var unchanged: [String] = []
  }

  /// Ends a batch. `look` tells what a file holds now.
  package mutating func settle(_ batch: [String], look: (String) -> FileContent) -> Batch {
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
      know(path, changed)
      result.changed.append(path)
      if isNew { result.new.insert(path) }
    }
    return result
  }

  private func isKnown(_ path: String, _ content: FileContent) -> Bool {
    known[Self.key(path)].map { $0 == Self.value(content) } ?? false
  }

  private mutating func know(_ path: String, _ content: FileContent) {
    known[Self.key(path)] = Self.value(content)
  }

  private static func value(_ content: FileContent) -> UInt64 {
    switch content {
    case .empty: 0
    case .missing: 1
    case .unknown: 2
    case .hash(let hash): hash < 3 ? hash + 3 : hash
    }
  }

  /// FNV-1a.
  private static func key(_ path: String) -> UInt64 {
    path.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }
}
