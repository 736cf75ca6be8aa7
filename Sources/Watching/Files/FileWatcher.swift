internal import Glibc

/// Reports which files of interest have changed, with inotify(7), or with stat(2) where inotify reports
/// nothing.
///
/// It is for one thread and never blocks. The owner waits until ``descriptor`` is readable and calls
/// ``takeChanges()``. While ``isPolling`` is true, the owner also calls ``poll(for:)`` repeatedly, followed by
/// ``takeChanges()``.
///
/// No change is lost. A directory is watched first and then read, so a change in between is seen twice rather
/// than never. After an overflow of the event queue the disk is compared with the table. Directories that
/// cannot be watched are polled.
///
/// Writes through another name of a file (hard links) are not seen. Directories that cannot be read are
/// skipped.
package final class FileWatcher {
  /// The files and directories of interest.
  var rules: WatchRules
  /// The options for watching.
  let options: WatchOptions
  /// The inotify instance, which is closed if everything is polled.
  let inotify: InotifyDescriptor
  /// The directories that are watched or polled, with their files.
  var table = WatchTable(at: .now)
  /// The symbolic links that are followed.
  var links = LinkTable()
  /// The changes that were not returned yet.
  var changes = Changes()
  /// The reported files whose disappearance may have to be reported again.
  var reportedPaths = ReportedPaths()

  /// Whether something on the way to an anchor has come, gone or moved, so that the anchors must be checked.
  var mustCheckAnchors = false

  /// Whether events were lost, so that the disk must be compared with the table.
  var mustRescan = false

  /// Whether entries that are found are only added to the table and do not count as changes.
  var isTakingIn = true

  /// The index of the next directory to poll.
  var polled = 0

  /// The notices for the user, each of which is returned once.
  var notices = Notices()

  /// The buffer for getdents64(2).
  let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 32_768, alignment: 8)

  /// Watches the files and directories of `rules`. Files that exist already are no changes. Throws
  /// ``WatchError``.
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

  /// A descriptor that is readable (level-triggered) when ``takeChanges()`` may have something to return. It is
  /// owned by this object and must not be closed. `nil` if everything is polled.
  package var descriptor: Int32? { inotify.isOpen ? inotify.number : nil }

  /// Returns the absolute paths of interest that have changed since the last call: saved, created, moved in
  /// or out, or deleted. Each comes once, in the order of the first events.
  ///
  /// Only events that are queued at the time of the call are handled, so a program that never stops writing
  /// cannot block it. After an error no change is lost, because the next call compares everything with the
  /// disk.
  package func takeChanges() throws(WatchError) -> [String] {
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
    changes.insert(reportedPaths.takeDisturbed())
    let reported = changes.take()
    for path in reported {
      reportedPaths.note(path, isGone: table[path] == nil)
      if isPolling { reportedPaths.noteRecent(path) }
    }
    return reported
  }

  /// Watches the files and directories of other rules from now on.
  ///
  /// Files that only the new rules cover are no changes, so whatever is built from them must be built after
  /// this call. Files that both cover are compared, and the next ``takeChanges()`` returns the changed ones. If it
  /// throws, the old rules stay in force.
  package func update(rules new: WatchRules) throws(WatchError) {
    let old = rules
    rules = new
    do throws(WatchError) {
      let differing = try rebuild(haveEvents: !mustRescan)
      reportedPaths.keep { new.isOfInterest(path: $0) }
      changes.insert(differing.filter { old.isOfInterest(path: $0) && new.isOfInterest(path: $0) })
    } catch {
      rules = old
      throw error
    }
  }

  /// The files of interest that exist.
  package var files: [String] { table.files }

  /// Returns the notices for the user that were not returned yet.
  package func takeNotices() -> [WatchNotice] {
    notices.take(from: table)
  }

  /// Records the change of a file of interest.
  func report(_ path: String) {
    if !isTakingIn { changes.insert(path) }
  }
}
