internal import Glibc

/// Tells which files of interest have changed. inotify(7), and stat(2) where that tells nothing.
///
/// Single-threaded and never blocking: the owner waits until `descriptor` is readable, then calls `drain()`; and while
/// `isPolling`, it calls `poll(for:)` time and again, then `drain()`.
///
/// No change is lost: a directory is watched first and then read, so what happens in between is seen twice
/// rather than never; a queue that overflowed is made up for by comparing the disk with what was known; what cannot be
/// watched is polled.
///
/// Not seen: writes through another name of a file (hard links). Directories that must not be read are passed over.
package final class FileWatcher {
  var rules: WatchRules
  let options: WatchOptions
  let inotify: InotifyDescriptor
  var table = WatchTable()
  var links = LinkTable()
  var changes = Changes()
  var gone = GonePaths()

  /// Whether something on the way to an anchor has come, gone or moved, so that the anchors must be checked.
  var mustCheckAnchors = false

  /// Whether events are missing, so that the disk must be compared with the table.
  var mustRescan = false

  /// Whether what is found is only taken in, and is no change.
  var isTakingIn = true

  /// Where the next turn of polling goes on.
  var polled = 0

  /// What is to be told once, and what was told.
  var notices = Notices()

  /// For entries of directories.
  let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 32_768, alignment: 8)

  /// Watches what `rules` name, and takes what is there as known.
  package init(rules: WatchRules, options: WatchOptions = WatchOptions()) throws(WatchError) {
    self.rules = rules
    self.options = options
    var limit: InotifyLimit?
    do throws(WatchError) {
      inotify = options.polls ? InotifyDescriptor.closed() : try InotifyDescriptor()
    } catch {
      guard case .instanceLimit(let reached) = error else { throw error }
      limit = reached
      inotify = .closed()
    }
    if let limit { notices.add(.instanceLimit(limit)) }
    try watchAnchors()
    isTakingIn = false
  }

  deinit { buffer.deallocate() }

  /// Readable (level-triggered) when there may be something to drain. Owned by this object: do not close it. Nil if
  /// everything is polled.
  package var descriptor: Int32? { inotify.isOpen ? inotify.number : nil }

  /// The absolute paths of interest that have changed since the last call: saved, made, moved in or out,
  /// deleted. In the order of their first event, each once.
  ///
  /// Handles what waits at the time of the call, so that a program that never stops writing cannot hold it up.
  /// After an error nothing is forgotten: the next call compares everything with the disk.
  package func drain() throws(WatchError) -> [String] {
    do throws(WatchError) {
      var pending = inotify.isOpen ? try inotify.pendingBytes() : 0
      while pending > 0 {
        let (events, bytes) = try inotify.read()
        for event in events { try handle(event) }
        pending = bytes == 0 ? 0 : pending - bytes
      }
      if mustRescan {
        try rescan()
      } else if mustCheckAnchors {
        mustCheckAnchors = false
        try watchAnchors()
        try followAgain()
      }
    } catch {
      mustRescan = true
      throw error
    }
    changes.insert(gone.takeDisturbed())
    let reported = changes.take()
    for path in reported {
      gone.note(path, isGone: table[path] == nil)
      if isPolling { gone.noteRecent(path) }
    }
    return reported
  }

  /// Watches what other rules name from now on.
  ///
  /// What only the new rules cover counts as known, so whatever is made of the files must be made after this
  /// call. What both cover is compared, and the next `drain()` reports what has changed. If it throws, the old
  /// rules stay in force.
  package func update(rules new: WatchRules) throws(WatchError) {
    let old = rules
    rules = new
    do throws(WatchError) {
      let differing = try rebuild(haveEvents: !mustRescan)
      gone.keep { new.isOfInterest(path: $0) }
      changes.insert(differing.filter { old.isOfInterest(path: $0) && new.isOfInterest(path: $0) })
    } catch {
      rules = old
      throw error
    }
  }

  /// The files of interest that there are.
  package var files: [String] { table.files }

  /// What the user should know and was not told yet.
  package func takeNotices() -> [WatchNotice] {
    notices.take(from: table)
  }

  /// A file of interest has changed.
  func report(_ path: String) {
    if !isTakingIn { changes.insert(path) }
  }
}
