internal import Posix
internal import Glibc

/// The lock that SwiftPM holds while it works in a scratch directory: `flock(2)` of a file in the temporary directory
/// that has the directory's path as its name (`SwiftCommandState.acquireLockIfNeeded`, TSC's `FileLock.withLock`).
package struct SwiftPMLock: ~Copyable {
  private let file: Descriptor

  /// Takes it for `scratch` without waiting; nil if somebody else has it.
  package init?(scratch: String) {
    let directory =
      ["TMPDIR", "TEMP", "TMP"].lazy.compactMap(CurrentProcess.variable).first { !$0.isEmpty } ?? "/tmp"
    guard
      let file = try? Descriptor.open("\(directory)/\(Self.name(scratch))", O_WRONLY | O_CREAT, mode: 0o666),
      FileSystem.lock(file)
    else { return nil }
    self.file = file
    // What SwiftPM tells those who wait.
    try? FileSystem.write("\(CurrentProcess.identifier)", to: scratch + "/.lock")
  }

  /// Of the file for a scratch directory: the end of its path, as far as a name may be long, from the begin of a character on.
  package static func name(_ scratch: String) -> String {
    let parent = FileSystem.realPath(scratch.parentPath) ?? scratch.parentPath
    let path = (parent == "/" ? "" : parent) + "/" + (scratch.split(separator: "/").last ?? "") + ".lock"
    let name = path.utf8.map { "/:".utf8.contains($0) ? UInt8(ascii: "_") : $0 }.suffix(Int(NAME_MAX))
    return String(decoding: name.drop { UTF8.isContinuation($0) }, as: UTF8.self)
  }
}
