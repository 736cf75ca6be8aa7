package import FileWatching
internal import Settings

extension Project {
  /// The options for watching files.
  package var watchOptions: WatchOptions {
    WatchOptions(polls: settings.flag(.poll), followsLinks: settings.flag(.followLinks))
  }
}
