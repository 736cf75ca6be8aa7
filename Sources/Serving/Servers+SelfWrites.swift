internal import Handoff
internal import SelfWrites
package import Posix

// The files that servers write themselves.
extension Servers {
  /// The time for which the open files of a server are remembered after its end: the kernel reports a write
  /// when the file is closed.
  static let memory: Duration = .seconds(1)

  /// Returns whether the current state of the file is the self-write of a server, or a server has removed it.
  package func hasWritten(_ path: String) -> Bool { selfWrites.has(path) }

  /// Returns whether a server has written the file at any time.
  package func writes(_ path: String) -> Bool { selfWrites.knows(path) }

  /// The files that ending servers had open for writing and have closed since, and those of servers that have
  /// just ended. The value is the time up to which a change of the file is a self-write, in nanoseconds since
  /// 1970.
  package var filesOfEnding: [FileSystem.FileNumber: Int64] {
    var files = selfWrites.filesOpenAtEnd
    for (number, written) in written {
      guard let server = running[number] else {
        for file in written { files[file] = max(files[file] ?? 0, endings[number] ?? 0) }
        continue
      }
      guard server.isEnding else { continue }
      for file in written.subtracting(filesOpenToWrite(by: server)) { files[file] = .max }
    }
    return files
  }

  /// The files that running servers have open for writing.
  package var filesOfRunning: Set<FileSystem.FileNumber> {
    running.values.reduce(into: []) { $0.formUnion(filesOpenToWrite(by: $1)) }
  }

  /// Notes the files that a generation has open for writing: servers open their logs before they listen, or
  /// soon after.
  package func noteWritten(_ number: Int) {
    if let server = running[number] { written[number] = filesOpenToWrite(by: server) }
  }

  /// Returns the files that a server and its descendants have open for writing.
  private func filesOpenToWrite(by server: Running) -> Set<FileSystem.FileNumber> {
    Set(([server.pid] + children.descendants(of: server.pid)).flatMap(FileSystem.filesOpenToWrite))
  }
}
