package import Posix

/// Whether the servers, or programs that they have started, may have written a file without having told so: a server tells
/// of what it does itself, but not of what its children do, or where it is linked statically. Pure.
package struct ServerActivity: Sendable {
  private var last: [ProcessActivity.Identity: ProcessActivity] = [:]

  package init() {}

  /// Compares with what was there at the last call.
  package mutating func mayHaveWritten(now processes: [ProcessActivity]) -> Bool {
    var now = Dictionary(processes.map { ($0.identity, $0) }) { first, _ in first }
    // What it told until now is all that it has done.
    for (identity, process) in now where process.isEnding && last[identity]?.hasLibrary == true {
      now[identity] = last[identity]
    }
    defer { last = now }
    return now.values.contains { mayHaveWritten(last[$0.identity], $0) }
      // A process that has ended may have written until then, if it did not tell.
      || last.contains { now[$0.key] == nil && !$0.value.hasLibrary }
  }

  private func mayHaveWritten(_ before: ProcessActivity?, _ now: ProcessActivity) -> Bool {
    if now.faultsOfChildren != before?.faultsOfChildren ?? 0 { return true }
    if now.hasLibrary { return before?.hasLibrary == false }
    // A new one may have emptied a file, which is no write.
    guard let before, let writes = now.writes else { return true }
    return writes != before.writes
  }
}
