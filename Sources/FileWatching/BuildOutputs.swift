/// Learns which files only builds write.
///
/// A file is an output once it has changed during builds for several saves, never changed otherwise, and was confirmed: a
/// build wrote the bytes that it had, or a build that was made for its change alone changed nothing. Pure.
struct BuildOutputs: Sendable {
  private struct Evidence {
    /// For how many saves a build has changed it, since it was last saved.
    var saves = 0
    /// The last of them.
    var lastSave = 0
    var isConfirmed = false
    /// Whether somebody has saved it, which makes more evidence needed.
    var wasSaved = false

    var isSuspect: Bool { saves > (wasSaved ? 3 : 1) }
    var isOutput: Bool { isSuspect && isConfirmed }
  }

  private var files: [String: Evidence] = [:]

  /// Notes that somebody has saved the file while nothing of ours was in progress.
  mutating func saved(_ path: String) { files[path] = Evidence(wasSaved: true) }

  /// Notes that the file changed during a build for the save of this number.
  mutating func changed(_ path: String, save: Int) {
    var evidence = files[path] ?? Evidence()
    if evidence.saves == 0 || evidence.lastSave != save {
      evidence.saves += 1
      evidence.lastSave = save
    }
    files[path] = evidence
  }

  /// Notes that the file is no input of the build, as far as one build can show it. Without effect on files that no build
  /// has changed.
  mutating func confirm(_ path: String) {
    if files[path, default: Evidence()].saves > 0 { files[path]?.isConfirmed = true }
  }

  /// Whether the file changes with the builds: a change is likely the build's, and does not cancel it.
  func isSuspect(_ path: String) -> Bool { files[path]?.isSuspect == true }

  /// Whether a change of the file during a build is the build's.
  func isOutput(_ path: String) -> Bool { files[path]?.isOutput == true }
}
