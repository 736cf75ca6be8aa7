/// Learns which files only builds write.
///
/// A file is an output once it has changed during the builds for several saves, has never changed otherwise,
/// and was confirmed: a build wrote the bytes that it had, or a build for its change alone produced the same
/// program. Pure.
struct BuildOutputs: Sendable {
  /// The evidence that builds write a file.
  private struct Evidence {
    /// The number of saves for which a build has changed the file, since the file itself was saved.
    var saves = 0
    /// The number of the last of these saves.
    var lastSave = 0
    /// Whether the file is no input of the build, as far as one build has shown.
    var isConfirmed = false
    /// Whether the file was saved itself. More evidence is needed then.
    var wasSaved = false

    /// Whether builds have changed the file for enough saves.
    var isSuspect: Bool { saves > (wasSaved ? 3 : 1) }
    /// Whether only builds write the file.
    var isOutput: Bool { isSuspect && isConfirmed }
  }

  /// The evidence, by path.
  private var files: [String: Evidence] = [:]

  /// Records that the file was saved while no build cycle was open.
  mutating func saved(_ path: String) { files[path] = Evidence(wasSaved: true) }

  /// Records that the file changed during a build for the save of this number.
  mutating func changed(_ path: String, save: Int) {
    var evidence = files[path] ?? Evidence()
    if evidence.saves == 0 || evidence.lastSave != save {
      evidence.saves += 1
      evidence.lastSave = save
    }
    files[path] = evidence
  }

  /// Records that the file is no input of the build, as far as one build can show. Does nothing for a file
  /// that no build has changed.
  mutating func confirm(_ path: String) {
    if files[path, default: Evidence()].saves > 0 { files[path]?.isConfirmed = true }
  }

  /// Returns whether the file changes with the builds. A change of it is probably the build's, and does not
  /// cancel the build.
  func isSuspect(_ path: String) -> Bool { files[path]?.isSuspect == true }

  /// Returns whether a change of the file during a build is the build's.
  func isOutput(_ path: String) -> Bool { files[path]?.isOutput == true }
}
