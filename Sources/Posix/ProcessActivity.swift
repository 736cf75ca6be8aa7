/// The kernel's counters of a process that show whether it or one of its children may have written a file
/// (proc(5)).
package struct ProcessActivity: Equatable, Sendable {
  /// The pid and the start time of a process, because pids are reused.
  package struct Identity: Hashable, Sendable {
    /// The pid of the process.
    package let pid: CInt
    /// The start time, in clock ticks since the system was started.
    package let start: UInt64

    package init(pid: CInt, start: UInt64) { (self.pid, self.start) = (pid, start) }
  }

  /// The process.
  package let identity: Identity
  /// The number of calls like write(2) (`syscw` of `/proc/<pid>/io`). `nil` if it cannot be read.
  package let writes: UInt64?
  /// The page faults of children that the process has waited for. Every process has some before it exits.
  package let faultsOfChildren: UInt64
  /// Whether the process has mapped the library that was asked for.
  package let hasLibrary: Bool

  /// The path of the program that the process executes. `nil` if it cannot be read, or if it is that of this process: a
  /// child that has not executed its program yet.
  package var program: String?

  /// Whether the process is exiting or a zombie, so that it has no memory any more.
  package var isEnding = false

  /// Creates the counters of a process that still runs.
  package init(_ identity: Identity, writes: UInt64?, faultsOfChildren: UInt64, hasLibrary: Bool) {
    self.identity = identity
    self.writes = writes
    self.faultsOfChildren = faultsOfChildren
    self.hasLibrary = hasLibrary
  }

  /// Reads the counters of a process from `/proc`. `nil` if the process is gone.
  ///
  /// - Parameter library: The end of the path of the library for ``hasLibrary``.
  package init?(_ pid: CInt, library: String) {
    guard let bytes = try? FileSystem.read("/proc/\(pid)/stat"),
      let status = ProcessStatus(String(decoding: bytes, as: UTF8.self))
    else { return nil }
    let io = (try? FileSystem.read("/proc/\(pid)/io")).map { String(decoding: $0, as: UTF8.self) } ?? ""
    let maps = (try? FileSystem.read("/proc/\(pid)/maps")).map { String(decoding: $0, as: UTF8.self) } ?? ""
    let line = io.split(separator: "\n").first { $0.hasPrefix("syscw: ") }
    self.init(
      Identity(pid: pid, start: status.start), writes: line.flatMap { UInt64($0.dropFirst("syscw: ".count)) },
      faultsOfChildren: status.faultsOfChildren,
      hasLibrary: !library.isEmpty
        && maps.utf8.split(separator: 0x0A).contains {
          $0.count >= library.utf8.count && $0.suffix(library.utf8.count).elementsEqual(library.utf8)
        })
    isEnding = maps.isEmpty
    let program = FileSystem.linkTarget("/proc/\(pid)/exe")
    self.program = program == FileSystem.linkTarget("/proc/self/exe") ? nil : program
  }
}

/// The fields of `/proc/<pid>/stat` (proc_pid_stat(5)) that are used here.
private struct ProcessStatus {
  let start: UInt64
  let faultsOfChildren: UInt64

  init?(_ text: String) {
    // The name before the fields may contain blanks and parentheses.
    guard let end = text.lastIndex(of: ")") else { return nil }
    let fields = text[text.index(after: end)...].split(separator: " ")
    guard fields.count > 19, let minor = UInt64(fields[8]), let major = UInt64(fields[10]),
      let start = UInt64(fields[19])
    else { return nil }
    self.start = start
    faultsOfChildren = minor &+ major
  }
}
