internal import Posix
internal import Glibc

/// The lock that SwiftPM holds while it works in a scratch directory: `flock(2)` of a file in the temporary directory
/// that has the directory's path as its name (`SwiftCommandState.acquireLockIfNeeded`, TSC's `FileLock`).
package struct SwiftPMLock: ~Copyable {
  private let file: Descriptor

  /// Takes it for `scratch` without waiting; nil if somebody else has it.
  package init?(scratch: String) {
    let directory =
      ["TMPDIR", "TEMP", "TMP"].lazy.compactMap(CurrentProcess.variable).first { !$0.isEmpty } ?? "/tmp"
    let name = String(
      decoding: (scratch + ".lock").utf8.map { $0 == 0x2F ? 0x5F : $0 }.suffix(255), as: UTF8.self)
    guard let file = try? Descriptor.open("\(directory)/\(name)", O_WRONLY | O_CREAT, mode: 0o666),
      FileSystem.lock(file)
    else { return nil }
    self.file = file
    // What SwiftPM tells those who wait.
    try? FileSystem.write("\(CurrentProcess.identifier)", to: scratch + "/.lock")
  }
}
