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
    tell(.watching(watcher.files.count))
  }
  private var breaker = LoopBreaker()
  private let tell: (Fact) -> Void
  private let isTouchWanted: () -> Bool
  private let changed: ([String]) -> Void

  /// What the user may want to know.
  enum Fact {
    /// So many files are watched, and were looked into.
    case watching(Int)
    /// These were saved with the content that they had.
    case unchanged([String])
    /// These have changed in every one of the last builds, and wait until they have been quiet.
    case held([String])
    /// These change whenever they are built, and are not built any more.
    case looping([String])
    case failed(WatchError)
  }

  /// `changed` gets every settled batch of files that have changed; where a touch is wanted, of all that were saved.
  init(
    _ rules: WatchRules, _ debouncer: Debouncer, loop: EventLoop, tell: @escaping (Fact) -> Void,
    isTouchWanted: @escaping () -> Bool, changed: @escaping ([String]) -> Void
  ) throws {
    self.loop = loop
    self.rules = rules
    self.debouncer = debouncer
    self.tell = tell
    self.isTouchWanted = isTouchWanted
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
      tell(.failed(error))
    }
  }

  /// A save was taken up: what changes from now on may be the build's, or the new server's, doing.
  func roundBegan() {
    collect()
    breaker.roundBegan()
  }

  /// What was saved serves, or has failed.
  func roundEnded() {
    collect()  // the build's last saves wait to be read
    let looping = breaker.roundEnded(at: .now)
    if !looping.isEmpty { tell(.looping(looping)) }
    schedule()
  }

  private func collect() {
    do throws(WatchError) {
      let paths = try watcher.drain()
      if !paths.isEmpty {
        // A failing build's own touch is no second try.
        let touchCounts = !breaker.isOpen && isTouchWanted()
        breaker.changed(contents.saw(paths, touchCounts: touchCounts), at: .now)
        debouncer.changed(paths, at: .now)
      }
    } catch {
      tell(.failed(error))
    }
    schedule()
  }

  private func schedule() {
    timer.map(loop.forget)
    timer = [debouncer.deadline, breaker.deadline].compactMap(\.self).min().map { deadline in
      loop.after(ContinuousClock.now.duration(to: deadline)) { [unowned self] in
        timer = nil
        settle(debouncer.settle(at: .now) ?? [])
        let tried = breaker.due(at: .now)
        if !tried.isEmpty { changed(tried) }
        schedule()
      }
    }
  }

  private func settle(_ batch: [String]) {
    let saves = contents.settle(batch)
    let (wanted, held) = breaker.filter(saves.changed, at: .now)
    if !saves.unchanged.isEmpty { tell(.unchanged(saves.unchanged)) }
    if !held.isEmpty { tell(.held(held)) }
    if !wanted.isEmpty { changed(wanted) }
  }
}
