package import Posix

/// Detects whether the servers, or programs that they started, may have written files that they did not
/// report.
///
/// A server reports its own writes, unless it is linked statically. Writes of its child processes are not
/// reported. Pure: the counters of the processes are passed in.
package struct ServerActivity: Sendable {
  /// The counters at the last call.
  private var last: [ProcessActivity.Identity: ProcessActivity] = [:]

  /// Creates a detector that has seen no process.
  package init() {}

  /// Returns whether a process may have written since the last call without reporting it.
  package mutating func mayHaveWritten(now processes: [ProcessActivity]) -> Bool {
    var now = Dictionary(processes.map { ($0.identity, $0) }) { first, _ in first }
    // A process with the library has reported all of its own writes, so an exiting one counts as unchanged.
    for (identity, process) in now where process.isEnding && last[identity]?.hasLibrary == true {
      now[identity] = last[identity]
    }
    defer { last = now }
    return now.values.contains { mayHaveWritten(last[$0.identity], $0) }
      // A process without the library may have written before it exited.
      || last.contains { now[$0.key] == nil && !$0.value.hasLibrary }
  }

  /// Returns whether a process may have written between two looks at it.
  private func mayHaveWritten(_ before: ProcessActivity?, _ now: ProcessActivity) -> Bool {
    if now.faultsOfChildren != before?.faultsOfChildren ?? 0 { return true }
    if now.hasLibrary {
      // The library is loaded before the program writes anything. One that was executed before may have written.
      guard let before, !before.hasLibrary, let program = before.program else { return false }
      return program != now.program
    }
    // A new process may have truncated a file, which counts as no write.
    guard let before, let writes = now.writes else { return true }
    return writes != before.writes
  }
}
