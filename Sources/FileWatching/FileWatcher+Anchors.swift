extension FileWatcher {
  /// Watches every anchor, or the way to it as far as it exists.
  func watchAnchors() throws(WatchError) {
    for anchor in rules.anchors { try approach(anchor) }
    for anchor in links.anchors where !rules.anchors.contains(anchor) { try approach(anchor) }
  }

  /// Watches the directories from "/" to the anchor, so that it is noticed when one of them goes or comes.
  ///
  /// Most are watched only for being moved or deleted themselves, which makes no noise. Names are watched where
  /// one is awaited: in the anchor's parent, or, while the anchor is missing, in the last directory that exists.
  /// Its parent too: a directory that somebody has open (a shell is in it) is not told deleted when it is.
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
      // It may have come before its name was watched for.
      if try watch(path) == .absent { return }
    }
  }

  /// Whether a directory is an anchor or on the way to one. What is named there may be a link.
  func isOnTheWay(_ path: String) -> Bool {
    rules.approaches.contains(path) || links.approaches.contains(path)
  }
}
