extension FileWatcher {
  /// Watches every anchor, or the way to it as far as it exists.
  func watchAnchors() throws(WatchError) {
    for anchor in rules.anchors { try approach(anchor) }
    for anchor in links.anchors where !rules.anchors.contains(anchor) { try approach(anchor) }
  }

  /// Watches the directories from "/" to the anchor, so that it is noticed when one of them comes or goes.
  ///
  /// Most of them are watched only for being moved or deleted, which causes few events. Names are watched
  /// where one is awaited: in the parent of the anchor, or, while the anchor is missing, in the last
  /// directory that exists and in its parent. The parent is needed because a directory that a process has
  /// open, such as the working directory of a shell, reports no deletion.
  func approach(_ anchor: String) throws(WatchError) {
    guard inotify.isOpen else {
      _ = try watch(anchor)
      return
    }
    let way = anchor.ancestors + [anchor]
    for (index, path) in way.enumerated() {
      if path == anchor, index > 0 { _ = try watch(way[index - 1], for: InotifyMask.names) }
      if try watch(path) != .absent { continue }
      for nearest in way[max(0, index - 2)..<index] { _ = try watch(nearest, for: InotifyMask.names) }
      // The directory may have been created before its name was watched.
      if try watch(path) == .absent { return }
    }
  }

  /// Returns whether a path is an anchor or on the way to one. It may be a link.
  func isOnTheWay(_ path: String) -> Bool {
    rules.approaches.contains(path) || links.approaches.contains(path)
  }
}
