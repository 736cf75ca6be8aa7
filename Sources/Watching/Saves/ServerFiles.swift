internal import Posix

/// Which of the files that change are the servers' own doing.
///
/// What they write and close, name or remove, the interposer tells of. What one has open to write, such as a log or a
/// database, the kernel tells of when it is made, and when it is closed because the server ends; in between it is somebody
/// else who saves. Who polls sees it grow.
package struct ServerFiles {
  /// Whether a server has made the file what it is, or has removed it.
  private let isWritten: (String) -> Bool
  /// Whether a server has written this one at some time.
  private let isKnown: (String) -> Bool
  /// Which of these a server had open to write when it ended, just now, and nobody has changed since.
  private let wasOpen: ([String]) -> [String]
  /// Which of these a running server has open to write.
  private let isOpen: ([String]) -> [String]
  /// Of what waits to be settled, what a server had open when it ended.
  private var ended: Set<String> = []
  /// Of what waits to be settled, what a running server had open when it was seen.
  private var unfinished: Set<String> = []
  /// Of what waits to be settled, what a running server that writes it at times had open when it was seen, in a state that
  /// nobody has told of: several may write it at once.
  private var contested: Set<String> = []
  /// What has grown while a server had it open.
  private var growing: Set<String> = []
  /// By directory, of what people were told.
  private var told: [String: Set<String>] = [:]
  /// Of how many files in a directory they are: a server may make a new one at every request.
  private static let limit = 3
  /// A server that writes a file again and again is asked so often.
  private static let looks = 3

  package init(
    isWritten: @escaping (String) -> Bool, isKnown: @escaping (String) -> Bool,
    wasOpen: @escaping ([String]) -> [String],
    isOpen: @escaping ([String]) -> [String]
  ) {
    self.isWritten = isWritten
    self.isKnown = isKnown
    self.wasOpen = wasOpen
    self.isOpen = isOpen
  }

  /// These have changed just now; of those that are `new`, or `polled`, a server may have written a part only. What a server
  /// had open is soon forgotten.
  mutating func changed(_ paths: [String], polled: Bool, isNew: (String) -> Bool) {
    ended.formUnion(wasOpen(paths))
    let candidates = polled ? paths : paths.filter(isNew)
    if !candidates.isEmpty { unfinished.formUnion(mayBeOpen(candidates)) }
  }

  /// Takes out those that a server has made what they are, and nobody has saved since; `contents` know what they hold from
  /// now on. What somebody has saved, and a server has written since, counts as it would have.
  mutating func takeOwn(of paths: [String], into contents: WatchedContents) -> (
    others: [String], own: [String]
  ) {
    var (own, others): ([String], [String]) = ([], paths)
    for _ in 1...Self.looks {
      let taken = Set(others.filter { learn($0, contents) })
      own += taken
      others.removeAll(where: taken.contains)
      if !remain(others) { break }
    }
    forget(own)
    return (others, own)
  }

  private func learn(_ path: String, _ contents: WatchedContents) -> Bool {
    let state = FileSystem.identity(path)
    return !contents.differs(path) && isWritten(path)
      && contents.learn(path) { FileSystem.identity(path) == state }
  }

  /// These are in a state that no server has told of. Returns whether that may be another by now: a server that writes one
  /// of them at times had it open then, maybe, and has closed it since.
  private mutating func remain(_ paths: [String]) -> Bool {
    let candidates = paths.filter(isKnown)
    if candidates.isEmpty { return false }
    let open = mayBeOpen(candidates)
    contested.formUnion(open)
    return open.count < candidates.count
  }

  /// An empty file may be one that open(2) has emptied, and is about to give to the server.
  private func mayBeOpen(_ paths: [String]) -> [String] {
    let open = Set(isOpen(paths))
    return paths.filter { open.contains($0) || FileSystem.identity($0)?.size == 0 }
  }

  /// Without those that are known to grow and still open: they must not keep the others waiting.
  func withoutGrowing(_ paths: [String]) -> [String] {
    let candidates = paths.filter(growing.contains)
    if candidates.isEmpty { return paths }
    let found = Set(isOpen(candidates))
    return paths.filter { !found.contains($0) }
  }

  /// Takes them out of a batch of files that have changed. Returns the rest, and what was taken out.
  mutating func settle(_ batch: [String], polled: Bool) -> (others: [String], own: [String]) {
    let begun = batch.filter(unfinished.contains)
    let open = begun.isEmpty ? [] : Set(isOpen(begun))
    if polled { growing.formUnion(open) }
    let own = ended.intersection(batch).union(
      batch.filter {
        open.contains($0) || (unfinished.contains($0) || contested.contains($0)) && isWritten($0)
      })
    return (batch.filter { !own.contains($0) }, batch.filter(own.contains))
  }

  /// Of these nothing waits any more.
  mutating func forget(_ batch: [String]) {
    ended.subtract(batch)
    unfinished.subtract(batch)
    contested.subtract(batch)
  }

  /// Those of which people are to be told.
  mutating func news(of paths: [String]) -> [String] {
    paths.sorted().filter { path in
      let directory = path.parentPath
      return told[directory, default: []].count < Self.limit
        && told[directory, default: []].insert(path).inserted
    }
  }
}
