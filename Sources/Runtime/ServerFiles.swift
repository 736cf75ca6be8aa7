/// Which of the files that change are the servers' own: logs and databases, that one has, or had, open to write.
///
/// The kernel tells of them when they are made, and when they are closed, mostly because the server ends; in between it is
/// somebody else who saves. Who polls sees them grow.
struct ServerFiles {
  /// Which of these a server had open to write when it ended, just now; of those that run too, if asked.
  private let among: ([String], _ running: Bool) -> [String]
  /// Of what waits to be settled, what a server had open when it ended.
  private var pending: Set<String> = []
  /// All that was ever found.
  private var known: Set<String> = []

  init(among: @escaping ([String], _ running: Bool) -> [String]) { self.among = among }

  /// These have changed just now. What a server had open is soon forgotten.
  mutating func changed(_ paths: [String]) { pending.formUnion(among(paths, false)) }

  /// Without those that are known and still open: one that grows all the time must not keep the others waiting.
  func withoutGrowing(_ paths: [String]) -> [String] {
    let candidates = paths.filter(known.contains)
    if candidates.isEmpty { return paths }
    let found = Set(among(candidates, true))
    return paths.filter { !found.contains($0) }
  }

  /// Takes them out of a batch; `isNew` tells of a file that was not there before. Returns the rest, and which of those taken
  /// out were found for the first time.
  mutating func settle(_ batch: [String], polled: Bool, isNew: (String) -> Bool) -> (
    others: [String], found: [String]
  ) {
    let open = batch.filter { polled || isNew($0) || known.contains($0) }
    let own = pending.intersection(batch).union(open.isEmpty ? [] : among(open, true))
    defer { known.formUnion(own) }
    return (batch.filter { !own.contains($0) }, own.subtracting(known).sorted())
  }

  /// Of these nothing waits any more.
  mutating func forget(_ batch: [String]) { pending.subtract(batch) }
}
