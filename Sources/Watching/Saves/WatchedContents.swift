internal import Glibc
internal import Posix

/// Looks into files that were saved, and, a few at a time while nothing else is to be done, into those that may be.
final class WatchedContents {
  /// Of a file that is larger every save counts: so many bytes are read within about 10 ms.
  private static let limit: Int64 = 16 << 20
  /// What is read before anything is saved: sources, and not what else may be in a project.
  private static let limitBefore: Int64 = 1 << 20
  /// A turn takes about a millisecond, if the files are in the kernel's cache.
  private static let filesInATurn = 64
  private static let pause: Duration = .milliseconds(5)

  private let loop: EventLoop
  private var contents = SavedContents()
  /// Files that nobody has looked into, and since when they are watched.
  private var waiting: [(path: String, start: Int64)] = []
  private var turn: EventLoop.Token?
  private var count = 0
  private let hasRead: (_ count: Int) -> Void

  /// `hasRead` is called when nothing waits to be read any more, with how many files there were.
  init(loop: EventLoop, hasRead: @escaping (_ count: Int) -> Void) {
    self.loop = loop
    self.hasRead = hasRead
  }

  /// Reads `files`, of which those that were not watched `before` are since `start`, when there is time. What was known of
  /// others is forgotten.
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

  /// Takes in what files hold right after their events. `touchCounts`: a save of the same content is to be built. Returns those
  /// that have changed for certain.
  func saw(_ paths: [String], touchCounts: Bool) -> [String] {
    paths.filter { contents.saw($0, Self.content($0), touchCounts: touchCounts) }
  }

  /// Takes in what a file holds that nobody has saved, if that is still so when it was read; returns whether it was.
  func learn(_ path: String, ifStill isSame: () -> Bool) -> Bool {
    let content = Self.content(path)
    if !isSame() { return false }
    contents.replace(path, content)
    return true
  }

  /// Whether nothing is known of what a file held, as of one that is new.
  func isUnknown(_ path: String) -> Bool { contents.isUnknown(path) }

  /// Whether a file was not there at the last batch.
  func isNew(_ path: String) -> Bool { contents.isNew(path) }

  /// Whether a file was seen to hold something else, or nothing, since the last batch.
  func differs(_ path: String) -> Bool { contents.differs(path) }

  /// Returns what has become of the files of a batch.
  func settle(_ batch: [String]) -> SavedContents.Batch {
    contents.settle(batch, look: Self.content)
  }

  private func schedule() {
    turn.map(loop.forget)
    turn = waiting.isEmpty ? nil : loop.after(Self.pause) { [unowned self] in readSome() }
  }

  private func readSome() {
    for (path, start) in waiting.suffix(Self.filesInATurn) {
      // What a file that was changed since then held at first is gone: its event comes, and counts.
      guard let content = try? FileSystem.content(path, limit: Self.limitBefore), content.changed < start
      else {
        continue
      }
      contents.learn(path, FileContent(content))
    }
    waiting.removeLast(min(Self.filesInATurn, waiting.count))
    if waiting.isEmpty {
      waiting = []
      CurrentProcess.trimMemory()  // of many paths
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
