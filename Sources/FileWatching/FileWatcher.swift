/// Tells which files of interest have changed. inotify(7).
///
/// Single-threaded and never blocking: the owner waits until `descriptor` is readable, then calls `drain()`.
///
/// No change is lost: a directory is watched first and then read, so what happens in between is seen twice
/// rather than never; a queue that overflowed is made up for by comparing the disk with what was known.
///
/// Not seen, because inotify does not tell: writes through another name of a file (hard links, the target of a
/// link), and changes made by another machine or host of a shared file system. Links to directories are not
/// followed, except where a root is one or lies behind one. Directories that must not be read are passed over.
package final class FileWatcher {
  var rules: WatchRules
  let inotify: InotifyDescriptor
  var table = WatchTable()
  var changes = Changes()
  var gone = GonePaths()

  /// Whether something on the way to an anchor has come, gone or moved, so that the anchors must be checked.
  var mustCheckAnchors = false

  /// Whether events are missing, so that the disk must be compared with the table.
  var mustRescan = false

  /// Watches what `rules` name, and takes what is there as known.
  package init(rules: WatchRules) throws(WatchError) {
    self.rules = rules
    inotify = try InotifyDescriptor()
    try watchAnchors()
    _ = changes.take()
  }

  /// Readable (level-triggered) when there may be something to drain. Owned by this object: do not close it.
  package var descriptor: Int32 { inotify.number }

  /// The absolute paths of interest that have changed since the last call: saved, made, moved in or out,
  /// deleted. In the order of their first event, each once.
  ///
  /// Handles what waits at the time of the call, so that a program that never stops writing cannot hold it up.
  /// After an error nothing is forgotten: the next call compares everything with the disk.
  package func drain() throws(WatchError) -> [String] {
    do throws(WatchError) {
      var pending = try inotify.pendingBytes()
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
      }
    } catch {
      mustRescan = true
      throw error
    }
    changes.insert(gone.takeDisturbed())
    let reported = changes.take()
    for path in reported {
      gone.note(path, isGone: table[String(path.lastName), in: path.parentPath] == nil)
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
      let differing = try rebuild()
      gone.keep { new.isOfInterest(path: $0) }
      changes.insert(differing.filter { old.isOfInterest(path: $0) && new.isOfInterest(path: $0) })
    } catch {
      rules = old
      throw error
    }
  }
}
