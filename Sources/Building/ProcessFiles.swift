internal import Glibc
internal import Posix

/// Reads what proc(5) says about other processes. `nil` if they are gone, or are not this user's.
enum ProcessFiles {
  /// The environment that the process was started with, as `NAME=value`.
  static func environment(of pid: CInt) -> [String]? {
    (try? FileSystem.read("/proc/\(pid)/environ"))?.split(separator: 0).map {
      String(decoding: $0, as: UTF8.self)
    }
  }

  /// The pid of its parent.
  static func parent(of pid: CInt) -> CInt? { status(of: "\(pid)").flatMap { CInt($0[1]) } }

  /// When the session of this process began, in nanoseconds since 1970.
  static var sessionBegan: Int64? {
    guard let session = status(of: "self")?[3], let ticks = status(of: session).flatMap({ Int64($0[19]) }),
      let text = try? FileSystem.read("/proc/uptime"),
      let uptime = String(decoding: text, as: UTF8.self).split(separator: " ").first.flatMap({ Double($0) })
    else { return nil }
    let age = uptime - Double(ticks) / Double(sysconf(CInt(_SC_CLK_TCK)))
    return Int64(exactly: (age * 1_000_000_000).rounded()).map { FileSystem.now &- $0 }
  }

  /// The fields of `/proc/<pid>/stat` from the third on, the state: before it is the program's name, with anything in it. At
  /// least 20.
  private static func status(of process: String) -> [String]? {
    guard let bytes = try? FileSystem.read("/proc/\(process)/stat"),
      let end = bytes.lastIndex(of: UInt8(ascii: ")"))
    else { return nil }
    let fields = String(decoding: bytes[(end + 1)...], as: UTF8.self).split(separator: " ").map(String.init)
    return fields.count >= 20 ? fields : nil
  }
}
