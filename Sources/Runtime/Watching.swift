internal import FileWatching
internal import Posix

/// Watches on the loop, and calls back with batches of saves that belong together and change something.
final class Watching {
  private let loop: EventLoop
  private let watcher: FileWatcher
  /// What is watched.
  private(set) var rules: WatchRules
  var debouncer: Debouncer
  private var timer: EventLoop.Token?
  private lazy var contents = WatchedContents(loop: loop) { [unowned self] in
    isKnown(watcher.files.count)
  }
  private let isKnown: (Int) -> Void
  private let failed: (WatchError) -> Void
  private let isTouchWanted: () -> Bool
  private let unchanged: ([String]) -> Void
  private let changed: ([String]) -> Void

  /// `changed` gets every settled batch, `unchanged` the files whose save changed no byte, unless a touch counts;
  /// `failed` a limit that was hit while running, `isKnown` how many files are watched, when all were looked into.
  init(
    _ rules: WatchRules, _ debouncer: Debouncer, loop: EventLoop, failed: @escaping (WatchError) -> Void,
    isKnown: @escaping (Int) -> Void, isTouchWanted: @escaping () -> Bool,
    unchanged: @escaping ([String]) -> Void,
    changed: @escaping ([String]) -> Void
  ) throws {
    self.loop = loop
    self.rules = rules
    self.debouncer = debouncer
    self.failed = failed
    self.isKnown = isKnown
    self.isTouchWanted = isTouchWanted
    self.unchanged = unchanged
    self.changed = changed
    let start = FileSystem.now
    watcher = try FileWatcher(rules: rules)
    contents.read(watcher.files, watchedSince: start, before: [])
    _ = try loop.whenReadable(number: watcher.descriptor) { [unowned self] in collect() }
  }

  /// Watches something else from now on.
  func update(_ rules: WatchRules) {
    do throws(WatchError) {
      let (start, before) = (FileSystem.now, Set(watcher.files))
      try watcher.update(rules: rules)
      self.rules = rules
      contents.read(watcher.files, watchedSince: start, before: before)
    } catch {
      failed(error)
    }
  }

  private func collect() {
    do throws(WatchError) {
      let paths = try watcher.drain()
      if !paths.isEmpty {
        contents.saw(paths, touchCounts: isTouchWanted())
        debouncer.changed(paths, at: .now)
      }
    } catch {
      failed(error)
    }
    schedule()
  }

  private func schedule() {
    timer.map(loop.forget)
    timer = debouncer.deadline.map { deadline in
      loop.after(ContinuousClock.now.duration(to: deadline)) { [unowned self] in
        timer = nil
        if let batch = debouncer.settle(at: .now) { settle(batch) } else { schedule() }
      }
    }
  }

  private func settle(_ batch: [String]) {
    let saves = contents.settle(batch)
    if !saves.unchanged.isEmpty { unchanged(saves.unchanged) }
    if !saves.changed.isEmpty { changed(saves.changed) }
  }
}
