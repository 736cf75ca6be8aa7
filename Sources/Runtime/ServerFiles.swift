/// Which of the files that change are the servers' own doing.
///
/// What they write and close, rename or remove, the interposer tells of. What one has open to write, such as a log or a
/// database, the kernel tells of when it is made, and when it is closed because the server ends; in between it is somebody
/// else who saves. Who polls sees it grow.
struct ServerFiles {
  /// Whether a server has made the file what it is, or has removed it.
  private let isWritten: (String) -> Bool
  /// Which of these a server had open to write when it ended, just now; of those that run too, if asked.
  private let among: ([String], _ running: Bool) -> [String]
  /// Of what waits to be settled, what a server had open when it ended.
  private var pending: Set<String> = []
  /// All that was ever found.
  private var known: Set<String> = []

  init(isWritten: @escaping (String) -> Bool, among: @escaping ([String], _ running: Bool) -> [String]) {
    self.isWritten = isWritten
    self.among = among
  }

  /// Those of these files, which have changed just now, that a server has written.
  func written(of paths: [String]) -> [String] { paths.filter(isWritten) }

  /// Those that were not found before.
  mutating func news(of paths: [String]) -> [String] {
    defer { known.formUnion(paths) }
    return paths.filter { !known.contains($0) }.sorted()
  }

  /// These have changed just now. What a server had open is soon forgotten.
  mutating func changed(_ paths: [String]) { pending.formUnion(among(paths, false)) }

  /// Without those that are known and still open: one that grows all the time must not keep the others waiting.
  func withoutGrowing(_ paths: [String]) -> [String] {
    let candidates = paths.filter(known.contains)
    if candidates.isEmpty { return paths }
    let found = Set(among(candidates, true))
    return paths.filter { !found.contains($0) }
  }

  /// Takes them out of a batch; `isNew` tells of a file that was not there before. Returns the rest, and what was taken out.
  mutating func settle(_ batch: [String], polled: Bool, isNew: (String) -> Bool) -> (
    others: [String], own: [String]
  ) {
    let open = batch.filter { polled || isNew($0) || known.contains($0) }
    var own = pending.intersection(batch).union(open.isEmpty ? [] : among(open, true))
    if polled { own.formUnion(batch.filter(isWritten)) }  // it was seen half written at first
    return (batch.filter { !own.contains($0) }, batch.filter(own.contains))
  }

  /// Of these nothing waits any more.
  mutating func forget(_ batch: [String]) { pending.subtract(batch) }
}
