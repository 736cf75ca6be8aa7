extension FileWatcher {
  /// Makes up for events that the kernel has dropped: reports what differs from what was known.
  func rescan() throws(WatchError) {
    changes.insert(try rebuild(haveEvents: false))
    mustRescan = false
  }

  /// Builds the table anew from the disk. Directories that are watched already keep their watch, and with it
  /// the events that wait in the queue. If it throws, the old table stays.
  ///
  /// `haveEvents`: the kernel has dropped none.
  ///
  /// - Returns: the files, sorted, that are not what the old table knew.
  func rebuild(haveEvents: Bool) throws(WatchError) -> [String] {
    let (oldTable, oldLinks) = (table, links)
    table = WatchTable()
    links = LinkTable()
    polled = 0
    mustCheckAnchors = false
    isTakingIn = true
    defer { isTakingIn = false }
    do throws(WatchError) {
      try watchAnchors()
    } catch {
      for watch in table.watches.subtracting(oldTable.watches) { inotify.remove(watch) }
      (table, links) = (oldTable, oldLinks)
      throw error
    }
    for watch in oldTable.watches.subtracting(table.watches) { inotify.remove(watch) }
    return table.differences(from: oldTable, followsLinks: options.followsLinks, haveEvents: haveEvents)
  }
}
