internal import Glibc
internal import Posix

/// The use of inotify by one process.
struct InotifyUse: Equatable {
  var pid: CInt
  /// The name of the process, as `ps` shows it.
  var name: String
  /// The number of its inotify instances.
  var instances: Int
  /// The number of watches of these instances.
  var watches: Int
}

extension InotifyUse {
  /// Reads the use of inotify by this user's processes, as far as `/proc` shows them. An instance that two processes
  /// share counts twice.
  static func read() -> [InotifyUse] {
    FileSystem.names(in: "/proc").compactMap { CInt($0) }.sorted().compactMap { pid in
      var status = stat()
      guard stat("/proc/\(pid)", &status) == 0, status.st_uid == getuid() else { return nil }
      let instances = FileSystem.names(in: "/proc/\(pid)/fd").filter {
        FileSystem.linkTarget("/proc/\(pid)/fd/\($0)") == "anon_inode:inotify"
      }
      if instances.isEmpty { return nil }
      let watches = instances.map { number in
        Self.watches((try? FileSystem.read("/proc/\(pid)/fdinfo/\(number)")) ?? [])
      }
      return InotifyUse(
        pid: pid, name: ProcessHandle(pid)?.name ?? "", instances: instances.count,
        watches: watches.reduce(0, +))
    }
  }

  /// Returns the number of watches in a file of `/proc/<pid>/fdinfo` (proc(5)).
  static func watches(_ fdinfo: [UInt8]) -> Int {
    fdinfo.split(separator: UInt8(ascii: "\n")).count { $0.starts(with: "inotify ".utf8) }
  }
}
