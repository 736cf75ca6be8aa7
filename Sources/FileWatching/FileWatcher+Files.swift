extension FileWatcher {
  /// The files of interest that there are.
  package var files: [String] { table.files }
}
