extension FileWatcher {
  /// Reports the differences between the disk and the table, after the kernel has dropped events.
  func rescan() throws(WatchError) {
    changes.insert(try rebuild(haveEvents: false))
    mustRescan = false
  }

  /// Builds a new table from the disk. Directories that are watched already keep their watch and its queued
  /// events. If it throws, the old table stays.
  ///
  /// - Parameter haveEvents: Whether the kernel has dropped no events.
  /// - Returns: The files, sorted, that differ from the old table.
  func rebuild(haveEvents: Bool) throws(WatchError) -> [String] {
    let (oldTable, oldLinks) = (table, links)
    table = WatchTable(at: .now)
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
