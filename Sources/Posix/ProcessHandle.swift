internal import CPosix
internal import Glibc

/// A process as `/proc` shows it (proc_pid_stat(5)). Its start time tells it from a later process with the
/// same pid.
package struct ProcessHandle: Hashable, Sendable {
  /// The pid of the process.
  package let pid: CInt
  /// The start time, in clock ticks since the system was started.
  private let start: UInt64

  /// Looks up a process. `nil` if there is none, or if it is a zombie.
  package init?(_ pid: CInt) {
    guard let fields = Self.fields(of: pid), fields.count > 19, fields[0] != "Z", fields[0] != "X",
      let start = UInt64(fields[19])
    else { return nil }
    (self.pid, self.start) = (pid, start)
  }

  /// Whether the process still runs. A zombie does not.
  package var isAlive: Bool { ProcessHandle(pid) == self }

  /// The process group, or 0 if the process has been reaped.
  package var group: CInt { Self.fields(of: pid).flatMap { $0.count > 2 ? CInt($0[2]) : nil } ?? 0 }

  /// The name of the process, as `ps` shows it.
  package var name: String {
    let bytes = (try? FileSystem.read("/proc/\(pid)/comm")) ?? []
    return String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
  }

  /// Returns whether the process was started with this variable, as `NAME=value`, in its environment. False
  /// for a process of another user.
  package func hasVariable(_ variable: String) -> Bool {
    let bytes = (try? FileSystem.read("/proc/\(pid)/environ")) ?? []
    return bytes.split(separator: 0).contains { $0.elementsEqual(variable.utf8) }
  }

  /// Sends a signal to this process and not to a later one with the same pid (pidfd_send_signal(2), or
  /// kill(2) before Linux 5.3).
  package func send(_ signal: CInt) {
    let number = cposix_open_process(pid)
    if number == -1 {
      if errno == ENOSYS || errno == EPERM, isAlive { kill(pid, signal) }
      return
    }
    let process = Descriptor(owning: number)
    if isAlive { _ = cposix_signal_process(process.number, signal) }
  }

  /// Returns the children of a process, including adopted orphans, from `/proc/<pid>/task/<tid>/children`.
  package static func children(of pid: CInt) -> [CInt] {
    FileSystem.names(in: "/proc/\(pid)/task").flatMap { task -> [CInt] in
      let bytes = (try? FileSystem.read("/proc/\(pid)/task/\(task)/children")) ?? []
      return String(decoding: bytes, as: UTF8.self).split(separator: " ").compactMap { CInt($0) }
    }
  }

  /// Returns whether a debugger or another tracer is attached to a process (`TracerPid` of `/proc/<pid>/status`).
  package static func isTraced(_ pid: CInt) -> Bool {
    let bytes = (try? FileSystem.read("/proc/\(pid)/status")) ?? []
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    guard let line = lines.first(where: { $0.hasPrefix("TracerPid:") }) else { return false }
    return line.split(separator: "\t").last != "0"
  }

  /// Returns all descendants of a process, without those for which `isSpared` returns true and without their
  /// descendants.
  package static func descendants(of pid: CInt, isSpared: (CInt) -> Bool = { _ in false }) -> [CInt] {
    let children = children(of: pid).filter { !isSpared($0) }
    return children + children.flatMap { descendants(of: $0, isSpared: isSpared) }
  }

  /// Returns the fields of `/proc/<pid>/stat` after the name, so the first one is the third of the line.
  private static func fields(of pid: CInt) -> [Substring]? {
    guard let bytes = try? FileSystem.read("/proc/\(pid)/stat"),
      let end = bytes.lastIndex(of: UInt8(ascii: ")"))
    else { return nil }
    return String(decoding: bytes[(end + 1)...], as: UTF8.self).split(separator: " ")
  }
}
