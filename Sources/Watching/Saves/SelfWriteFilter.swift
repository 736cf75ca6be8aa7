internal import Posix
internal import SelfWrites

/// Finds the self-writes among changed files.
///
/// The interposer reports the files that servers write and close, rename or remove. The kernel reports a file
/// that a server has open for writing, such as a log or a database, only when it is created and when it is
/// closed at the server's end. Any other change of it is a save. Polling also sees the file grow.
struct SelfWriteFilter {
  let selfWrites: SelfWrites
  /// The files of the batch that a server had open when it ended.
  private var ended: Set<String> = []
  /// The files of the batch that a running server had open when their change was seen.
  private var unfinished: Set<String> = []
  /// The files of the batch that servers are known to write and that have changed while they were compared,
  /// or that a running server had open then and whose state no server has reported. Several servers may write
  /// a file at once.
  private var contested: Set<String> = []
  /// The files that have grown while a server had them open.
  private var growing: Set<String> = []
  /// The self-writes that were reported to the user, by directory.
  private var told: [String: Set<String>] = [:]
  /// The maximum number of self-writes in a directory that are reported. A server may create a new file for
  /// every request.
  private static let limit = 3
  /// The number of times that a file is compared with the reports of servers. A server may write it again
  /// meanwhile.
  private static let looks = 3

  /// Creates a filter for a first batch.
  init(_ selfWrites: SelfWrites) { self.selfWrites = selfWrites }

  /// Records changed files. A server may have written only a part of the new and the polled ones. Files that
  /// an ended server had open must be recorded soon after its end.
  mutating func changed(_ paths: [String], polled: Bool, isNew: (String) -> Bool) {
    ended.formUnion(selfWrites.openAtEnd(among: paths))
    let candidates = polled ? paths : paths.filter(isNew)
    if !candidates.isEmpty { unfinished.formUnion(mayBeOpen(candidates)) }
  }

  /// Separates self-writes that were not saved since from other changes. `contents` learns their content. A
  /// file that was saved, and written by a server after that, counts as saved.
  mutating func takeOwn(of paths: [String], into contents: WatchedContents) -> (
    others: [String], own: [String]
  ) {
    var (own, others): ([String], [String]) = ([], paths)
    for _ in 1...Self.looks {
      var taken: Set<String> = []
      for path in others where learn(path, contents) { taken.insert(path) }
      own += taken
      others.removeAll(where: taken.contains)
      if !remain(others) { break }
    }
    forget(own)
    return (others, own)
  }

  /// Returns whether the file is a self-write, and learns its content then.
  private mutating func learn(_ path: String, _ contents: WatchedContents) -> Bool {
    let state = FileSystem.identity(path)
    guard !contents.differs(path), selfWrites.has(path) else { return false }
    if contents.learn(path, ifStill: { FileSystem.identity(path) == state }) { return true }
    contested.insert(path)  // a server may be writing it again
    return false
  }

  /// Notes files whose state no server has reported. Returns whether that may have changed by now, because a
  /// server may have had a file open and have closed it since.
  private mutating func remain(_ paths: [String]) -> Bool {
    let candidates = paths.filter(selfWrites.knows)
    if candidates.isEmpty { return false }
    let open = mayBeOpen(candidates)
    contested.formUnion(open)
    return open.count < candidates.count
  }

  /// Returns the files that a server may have open. An empty file may have been truncated by an open(2) that
  /// has not returned to the server yet.
  private func mayBeOpen(_ paths: [String]) -> [String] {
    let open = Set(selfWrites.open(among: paths))
    return paths.filter { open.contains($0) || FileSystem.identity($0)?.size == 0 }
  }

  /// Returns the files without those that are known to grow and are still open, because they would delay the
  /// others.
  func withoutGrowing(_ paths: [String]) -> [String] {
    let candidates = paths.filter(growing.contains)
    if candidates.isEmpty { return paths }
    let found = Set(selfWrites.open(among: candidates))
    return paths.filter { !found.contains($0) }
  }

  /// Separates the self-writes of a batch from its other changes.
  mutating func endBatch(_ batch: [String], polled: Bool) -> (others: [String], own: [String]) {
    let begun = batch.filter(unfinished.contains)
    let open = begun.isEmpty ? [] : Set(selfWrites.open(among: begun))
    if polled { growing.formUnion(open) }
    let own = ended.intersection(batch).union(
      batch.filter {
        open.contains($0) || (unfinished.contains($0) || contested.contains($0)) && selfWrites.has($0)
      })
    return (batch.filter { !own.contains($0) }, batch.filter(own.contains))
  }

  /// Removes the files of a batch that has ended.
  mutating func forget(_ batch: [String]) {
    ended.subtract(batch)
    unfinished.subtract(batch)
    contested.subtract(batch)
  }

  /// Returns the self-writes that the user should be told of.
  mutating func news(of paths: [String]) -> [String] {
    paths.sorted().filter { path in
      let directory = path.parentPath
      return told[directory, default: []].count < Self.limit
        && told[directory, default: []].insert(path).inserted
    }
  }
}
