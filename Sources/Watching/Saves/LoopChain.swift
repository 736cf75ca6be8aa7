extension LoopBreaker {
  /// The build cycles since the last save that were not started by one. Pure.
  struct Chain: Sendable {
    /// A file that has started build cycles without a save.
    struct Cause: Sendable {
      /// Whether the file was new when it started the first one.
      var isNew: Bool
      /// The number of build cycles that the file has started.
      var count = 0

      /// Whether the file stands for files that have a new name each time.
      var hasNewName: Bool { isNew && count < 2 }
    }

    /// The number of build cycles.
    var length = 0
    /// The files that started them.
    var causes: [String: Cause] = [:]
    /// The number of those that new files in a directory have started, by the directory.
    var directories: [String: Int] = [:]
    /// The files of the next build cycle and its time. `nil` if none is delayed.
    var delayed: (paths: Set<String>, time: ContinuousClock.Instant)?
    /// The files that the user was warned of and that were not saved since.
    var suspects: Set<String> = []
    /// The files that change with every build cycle and are left alone.
    var stopped: Set<String> = []
    /// The directories in which every build cycle creates another file, which is left alone.
    var stoppedDirectories: Set<String> = []

    /// Ends the build cycles with a save. Files that loop are still known.
    mutating func end() { (length, causes, directories, delayed) = (0, [:], [:], nil) }
  }
}
