internal import Glibc

extension FileWatcher {
  /// What came of a wish to watch a directory.
  enum Presence {
    case watched, absent, unreadable
  }

  /// Makes the table agree with the disk on whether there is a directory at `path`, and which one.
  ///
  /// One that is new at this path is watched and then read; all its files count as changed. So do those of the
  /// one that was there before. Where nothing changed this is one system call.
  ///
  /// - Parameter more: events to ask for besides those that the rules make necessary.
  func watch(_ path: String, for more: UInt32 = 0) throws(WatchError) -> Presence {
    switch try addition(of: path, for: more) {
    case .absent, .full:
      forget(path)
      return .absent
    case .unreadable:
      forget(path)
      return .unreadable
    case .watching(let watch):
      if table.watch(at: path) == watch { return .watched }
      forget(path)
      table.insert(path, watch: watch)
      if rules.lists(path) { try read(path) }
      return .watched
    }
  }

  /// Gives up a directory and all in it; the files that were known there have changed.
  func forget(_ path: String) {
    let (files, watches) = table.remove(path)
    changes.insert(files)
    for watch in watches { inotify.remove(watch) }
  }

  /// Asks the kernel to watch the directory at `path`.
  private func addition(of path: String, for more: UInt32 = 0) throws(WatchError)
    -> InotifyDescriptor.Addition
  {
    let onTheWay = rules.approaches.contains(path)
    let events = rules.lists(path) ? InotifyMask.contents : InotifyMask.itself
    let addition = try inotify.add(
      path, mask: events | more | (onTheWay ? 0 : UInt32(IN_DONT_FOLLOW)))
    if addition == .full { throw .watchLimit(.watches(), needed: try neededWatches()) }
    return addition
  }

  /// Takes in what a directory holds. It must be watched by now.
  private func read(_ directory: String) throws(WatchError) {
    let scope = rules.scope(of: directory)
    let listing = try DirectoryListing(of: directory) {
      rules.isOfInterest(path: directory.entry($0), in: scope)
    }
    for (name, stamp) in listing.files {
      table[name, in: directory] = stamp
      changes.insert(directory.entry(name))
    }
    for path in listing.directories.map(directory.entry)
    where rules.scope(of: path, in: scope).isInside {
      _ = try watch(path)
    }
  }
}
