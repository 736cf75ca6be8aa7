internal import Glibc
internal import Posix

/// Reads the contents of saved files, and, a few at a time while the loop is idle, of all other watched
/// files.
final class WatchedContents {
  /// The maximum size in bytes of a file whose content is compared. It is read within about 10 ms. Every save
  /// of a larger file counts as a change.
  private static let limit: Int64 = 16 << 20
  /// The maximum size in bytes of a file that is read before it is saved. It includes sources, and excludes
  /// large other files.
  private static let limitBefore: Int64 = 1 << 20
  /// The number of files that are read in one turn of the loop. It takes about a millisecond if they are in
  /// the page cache.
  private static let filesInATurn = 64
  private static let pause: Duration = .milliseconds(5)

  private let loop: EventLoop
  private var contents = SavedContents()
  /// The files that were not read yet, with the time since when they are watched.
  private var waiting: [(path: String, start: Int64)] = []
  private var turn: EventLoop.Token?
  private var count = 0
  private let hasRead: (_ count: Int) -> Void

  /// Creates a reader. `hasRead` is called with the number of watched files when all were read.
  init(loop: EventLoop, hasRead: @escaping (_ count: Int) -> Void) {
    self.loop = loop
    self.hasRead = hasRead
  }

  /// Reads `files` when the loop is idle. Those that were not watched `before` are watched since `start`. The
  /// contents of other files are forgotten.
  func read(_ files: [String], watchedSince start: Int64, before: Set<String>) {
    count = files.count
    if before.isEmpty {
      contents.keep([])
      waiting = files.map { ($0, start) }
    } else {
      let files = Set(files)
      contents.keep(files.intersection(before))
      waiting = waiting.filter { files.contains($0.path) } + files.subtracting(before).map { ($0, start) }
    }
    contents.found(files)
    schedule()
  }

  /// Reads files right after their events. `touchCounts` is whether a save of the same content counts as a
  /// change. Returns the files that have certainly changed.
  func observed(_ paths: [String], touchCounts: Bool) -> [String] {
    paths.filter { contents.observed($0, Self.content($0), touchCounts: touchCounts) }
  }

  /// Reads a file that was not saved. Returns whether it was the same after reading; its content is not
  /// recorded otherwise.
  func learn(_ path: String, ifStill isSame: () -> Bool) -> Bool {
    let content = Self.content(path)
    if !isSame() { return false }
    contents.replace(path, content)
    return true
  }

  /// Returns whether the earlier content of a file is not known, or the file is new.
  func isUnknown(_ path: String) -> Bool { contents.isUnknown(path) }

  /// Returns whether a file did not exist at the last batch.
  func isNew(_ path: String) -> Bool { contents.isNew(path) }

  /// Returns whether a file was seen with other content, or missing, since the last batch.
  func differs(_ path: String) -> Bool { contents.differs(path) }

  /// Ends a batch, and returns its files by the kind of change.
  func endBatch(_ batch: [String]) -> SavedContents.Batch {
    contents.endBatch(batch, look: Self.content)
  }

  private func schedule() {
    turn.map(loop.forget)
    turn = waiting.isEmpty ? nil : loop.after(Self.pause) { [unowned self] in readSome() }
  }

  private func readSome() {
    for (path, start) in waiting.suffix(Self.filesInATurn) {
      // The initial content of a file that has changed since then is not known. Its event follows, and counts
      // as a change.
      guard let content = try? FileSystem.content(path, limit: Self.limitBefore), content.changed < start
      else {
        continue
      }
      contents.learn(path, FileContent(content))
    }
    waiting.removeLast(min(Self.filesInATurn, waiting.count))
    if waiting.isEmpty {
      waiting = []
      CurrentProcess.trimMemory()  // many paths were freed
      hasRead(count)
    }
    schedule()
  }

  private static func content(_ path: String) -> FileContent {
    do throws(SystemError) {
      return FileContent(try FileSystem.content(path, limit: limit))
    } catch {
      return error.code == ENOENT || error.code == ENOTDIR ? .missing : .unknown
    }
  }
}

extension FileContent {
  fileprivate init(_ content: FileSystem.Content) { self = content.hash == 0 ? .empty : .hash(content.hash) }
}
