internal import CPosix
internal import Glibc

/// A process as `/proc` shows it (proc_pid_stat(5)), told apart from a later one with the same pid by the time of its start.
package struct ObservedProcess: Hashable, Sendable {
  package let pid: CInt
  /// In clock ticks since the system was started.
  private let start: UInt64

  /// `nil` where there is no such process, or only its exit status is left.
  package init?(_ pid: CInt) {
    guard let fields = Self.fields(of: pid), fields.count > 19, fields[0] != "Z", fields[0] != "X",
      let start = UInt64(fields[19])
    else { return nil }
    (self.pid, self.start) = (pid, start)
  }

  /// Whether it has not ended.
  package var isAlive: Bool { ObservedProcess(pid) == self }

  /// Its process group; 0 where it has ended.
  package var group: CInt { Self.fields(of: pid).flatMap { $0.count > 2 ? CInt($0[2]) : nil } ?? 0 }

  /// What `ps` calls it.
  package var name: String {
    let bytes = (try? FileSystem.read("/proc/\(pid)/comm")) ?? []
    return String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
  }

  /// Whether it was started with this in its environment, as `NAME=value`. Not so of a process of another user.
  package func hasVariable(_ variable: String) -> Bool {
    let bytes = (try? FileSystem.read("/proc/\(pid)/environ")) ?? []
    return bytes.split(separator: 0).contains { $0.elementsEqual(variable.utf8) }
  }

  /// Sends it a signal, and to no other process that may have its pid by now (pidfd_open(2)).
  package func send(_ signal: CInt) {
    let number = cposix_open_process(pid)
    if number == -1 {
      if errno == ENOSYS || errno == EPERM, isAlive { kill(pid, signal) }
      return
    }
    let process = Descriptor(owning: number)
    if isAlive { _ = cposix_signal_process(process.number, signal) }
  }

  /// The processes that one has started, or been given as orphans: `/proc/<pid>/task/<tid>/children`.
  package static func children(of pid: CInt) -> [CInt] {
    FileSystem.names(in: "/proc/\(pid)/task").flatMap { task -> [CInt] in
      let bytes = (try? FileSystem.read("/proc/\(pid)/task/\(task)/children")) ?? []
      return String(decoding: bytes, as: UTF8.self).split(separator: " ").compactMap { CInt($0) }
    }
  }

  /// The processes below one, all the way down.
  package static func descendants(of pid: CInt) -> [CInt] {
    let children = children(of: pid)
    return children + children.flatMap(descendants)
  }

  /// From the third on, which follows the name in parentheses.
  private static func fields(of pid: CInt) -> [Substring]? {
    guard let bytes = try? FileSystem.read("/proc/\(pid)/stat"),
      let end = bytes.lastIndex(of: UInt8(ascii: ")"))
    else { return nil }
    return String(decoding: bytes[(end + 1)...], as: UTF8.self).split(separator: " ")
  }
}
