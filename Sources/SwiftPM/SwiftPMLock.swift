internal import Posix
internal import Glibc

/// The lock that SwiftPM holds while it works in a scratch directory: flock(2) on a file in the temporary
/// directory whose name is the directory's path (`SwiftCommandState.acquireLockIfNeeded`, TSC's
/// `FileLock.withLock`).
package struct SwiftPMLock: ~Copyable {
  private let file: Descriptor

  /// Takes the lock of `scratch`. Returns `nil` at once if another process holds it.
  package init?(scratch: String) {
    let directory =
      ["TMPDIR", "TEMP", "TMP"].lazy.compactMap(CurrentProcess.variable).first { !$0.isEmpty } ?? "/tmp"
    guard
      let file = try? Descriptor.open("\(directory)/\(Self.name(scratch))", O_WRONLY | O_CREAT, mode: 0o666),
      FileSystem.lock(file)
    else { return nil }
    self.file = file
    // SwiftPM shows this pid to the processes that wait for the lock.
    try? FileSystem.write("\(CurrentProcess.identifier)", to: scratch + "/.lock")
  }

  /// Returns the name of the lock file: the path of the scratch directory, shortened from the front to
  /// `NAME_MAX` bytes at a character boundary.
  package static func name(_ scratch: String) -> String {
    let parent = FileSystem.realPath(scratch.parentPath) ?? scratch.parentPath
    let path = (parent == "/" ? "" : parent) + "/" + (scratch.split(separator: "/").last ?? "") + ".lock"
    let name = path.utf8.map { "/:".utf8.contains($0) ? UInt8(ascii: "_") : $0 }.suffix(Int(NAME_MAX))
    return String(decoding: name.drop { UTF8.isContinuation($0) }, as: UTF8.self)
  }
}
