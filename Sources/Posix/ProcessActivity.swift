/// What the kernel counts of a process that tells whether it, or a child of it, may have written something (proc(5)).
package struct ProcessActivity: Equatable, Sendable {
  /// Which process it is: pids are used again.
  package struct Identity: Hashable, Sendable {
    package let pid: CInt
    /// In clock ticks since the system was started.
    package let start: UInt64

    package init(pid: CInt, start: UInt64) { (self.pid, self.start) = (pid, start) }
  }

  package let identity: Identity
  /// Calls like `write(2)`; `nil` where that is not counted, or not for us to see.
  package let writes: UInt64?
  /// Page faults of children that it has waited for. No process ends without any.
  package let faultsOfChildren: UInt64
  /// Whether it has mapped the library that was asked for.
  package let hasLibrary: Bool

  /// Whether it has ended, or is about to, and nobody has waited for it yet: it has no memory any more.
  package var isEnding = false

  /// All parts.
  package init(_ identity: Identity, writes: UInt64?, faultsOfChildren: UInt64, hasLibrary: Bool) {
    self.identity = identity
    self.writes = writes
    self.faultsOfChildren = faultsOfChildren
    self.hasLibrary = hasLibrary
  }

  /// Looks at a process, and whether it has mapped a library; `nil` if it is gone.
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
  }
}

/// `/proc/<pid>/stat`.
private struct ProcessStatus {
  let start: UInt64
  let faultsOfChildren: UInt64

  init?(_ text: String) {
    // The name before it may have blanks and parentheses in it.
    guard let end = text.lastIndex(of: ")") else { return nil }
    let fields = text[text.index(after: end)...].split(separator: " ")
    guard fields.count > 19, let minor = UInt64(fields[8]), let major = UInt64(fields[10]),
      let start = UInt64(fields[19])
    else { return nil }
    self.start = start
    faultsOfChildren = minor &+ major
  }
}
