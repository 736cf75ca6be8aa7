internal import Glibc
internal import Posix

/// Reads the files of proc(5) about other processes. The results are `nil` if a process has ended, or is
/// another user's.
enum ProcessFiles {
  /// Returns the environment with which a process was started, as `NAME=value`.
  static func environment(of pid: CInt) -> [String]? {
    (try? FileSystem.read("/proc/\(pid)/environ"))?.split(separator: 0).map {
      String(decoding: $0, as: UTF8.self)
    }
  }

  /// Returns the pid of a process's parent.
  static func parent(of pid: CInt) -> CInt? { status(of: "\(pid)").flatMap { CInt($0[1]) } }

  /// The start of this process's session, in nanoseconds since 1970.
  static var sessionBegan: Int64? {
    guard let session = status(of: "self")?[3], let ticks = status(of: session).flatMap({ Int64($0[19]) }),
      let text = try? FileSystem.read("/proc/uptime"),
      let uptime = String(decoding: text, as: UTF8.self).split(separator: " ").first.flatMap({ Double($0) })
    else { return nil }
    let age = uptime - Double(ticks) / Double(sysconf(CInt(_SC_CLK_TCK)))
    return Int64(exactly: (age * 1_000_000_000).rounded()).map { FileSystem.coarseTime &- $0 }
  }

  /// Returns the fields of `/proc/<pid>/stat` from the third one (the state) on. There are at least 20. The
  /// second field, the program's name, may contain any character.
  private static func status(of process: String) -> [String]? {
    guard let bytes = try? FileSystem.read("/proc/\(process)/stat"),
      let end = bytes.lastIndex(of: UInt8(ascii: ")"))
    else { return nil }
    let fields = String(decoding: bytes[(end + 1)...], as: UTF8.self).split(separator: " ").map(String.init)
    return fields.count >= 20 ? fields : nil
  }
}
