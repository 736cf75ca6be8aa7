internal import FileWatching
internal import Posix

/// Watches on the loop, and calls back with batches of saves that belong together.
final class Watching {
  private let loop: EventLoop
  private let watcher: FileWatcher
  /// What is watched.
  private(set) var rules: WatchRules
  var debouncer: Debouncer
  private var timer: EventLoop.Token?
  private let failed: (WatchError) -> Void
  private let changed: ([String]) -> Void

  /// `changed` gets every settled batch; `failed` a limit that was hit while running.
  init(
    _ rules: WatchRules, _ debouncer: Debouncer, loop: EventLoop, failed: @escaping (WatchError) -> Void,
    changed: @escaping ([String]) -> Void
  ) throws {
    self.loop = loop
    self.rules = rules
    self.debouncer = debouncer
    self.failed = failed
    self.changed = changed
    watcher = try FileWatcher(rules: rules)
    _ = try loop.whenReadable(number: watcher.descriptor) { [unowned self] in collect() }
  }

  /// Watches something else from now on.
  func update(_ rules: WatchRules) {
    do throws(WatchError) {
      try watcher.update(rules: rules)
      self.rules = rules
    } catch {
      failed(error)
    }
  }

  private func collect() {
    do throws(WatchError) {
      let paths = try watcher.drain()
      if !paths.isEmpty { debouncer.changed(paths, at: .now) }
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
        if let batch = debouncer.settle(at: .now) { changed(batch) } else { schedule() }
      }
    }
  }
}
