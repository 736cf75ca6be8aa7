package import FileWatching

/// An event of a ``SaveDetector``.
package enum SaveEvent {
  /// These files have certainly changed. Their batch is not complete yet.
  case appeared(ChangeSet)
  /// A batch of saves is complete.
  case saved(ChangeSet)
  /// git's index has changed. That is no save, whoever runs git and however often.
  case trackingMayHaveChanged
  /// Something that only the user is told.
  case fact(Fact)

  /// Something that only the user is told.
  package enum Fact {
    /// The number of files that are watched, once they were read.
    case watching(Int)
    /// These files have changed, and more may follow.
    case seen([String])
    /// These files were saved without a change of content.
    case unchanged([String])
    /// These files change in every build cycle, and the next cycle for them waits this long.
    case delayed([String], Duration)
    /// These files keep changing. They start no builds any more if `stops`, and delayed ones otherwise.
    case buildLoop([String], stops: Bool)
    /// These files are self-writes, and are not built.
    case selfWrites([String])
    /// These files are only written by builds, and are not built.
    case buildOutputs([String])
    /// A notice about the way in which files are watched.
    case noticed(WatchNotice)
    case failed(WatchError)
  }
}
