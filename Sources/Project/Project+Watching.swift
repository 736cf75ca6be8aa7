package import FileWatching
internal import Settings

extension Project {
  /// How files are watched.
  package var watchOptions: WatchOptions {
    WatchOptions(polls: settings.flag(.poll), followsLinks: settings.flag(.followLinks))
  }
}
