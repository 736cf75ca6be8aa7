internal import Posix

/// The files that servers had open for writing when they exited. The kernel reports such writes at that time.
/// Pure: the time is passed in.
struct FilesAtExit {
  /// How long the files are remembered.
  private static let memory: Duration = .seconds(1)

  /// The time up to which a change is a self-write (nanoseconds since 1970, by the clock of file systems), and
  /// the time at which the entry is dropped.
  private var files: [FileSystem.FileNumber: (until: Int64, dropped: ContinuousClock.Instant)] = [:]

  /// Records files. Changes of them until the given time are self-writes.
  mutating func add(
    _ added: some Sequence<FileSystem.FileNumber>, until time: Int64, at now: ContinuousClock.Instant
  ) {
    for file in added { files[file] = (max(time, files[file]?.until ?? 0), now + Self.memory) }
  }

  /// Returns the files that are remembered, with the time up to which a change of each is a self-write.
  mutating func remembered(at now: ContinuousClock.Instant) -> [FileSystem.FileNumber: Int64] {
    files = files.filter { now < $0.value.dropped }
    return files.mapValues(\.until)
  }
}
