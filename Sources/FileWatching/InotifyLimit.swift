internal import Glibc

/// A limit of the kernel on inotify: the sysctl(8) setting, and the value that it has now.
package struct InotifyLimit: Sendable, Equatable {
  /// As sysctl(8) spells it, such as `fs.inotify.max_user_watches`.
  package let setting: String

  /// nil where /proc does not tell.
  package let value: Int?

  /// The limit on watched directories, of all programs of this user together.
  static func watches() -> InotifyLimit {
    lowest("fs.inotify.max_user_watches", "user.max_inotify_watches")
  }

  /// The limit on inotify descriptors, of all programs of this user together.
  static func instances() -> InotifyLimit {
    lowest("fs.inotify.max_user_instances", "user.max_inotify_instances")
  }

  /// In a user namespace (a rootless container) there is a second limit of its own; the lower one counts.
  private static func lowest(_ global: String, _ namespaced: String) -> InotifyLimit {
    let outer = InotifyLimit(setting: global, value: current(global))
    let inner = InotifyLimit(setting: namespaced, value: current(namespaced))
    return inner.value ?? .max < outer.value ?? .max ? inner : outer
  }

  /// The number in the setting's file under /proc/sys.
  private static func current(_ setting: String) -> Int? {
    let path = "/proc/sys/" + setting.split(separator: ".").joined(separator: "/")
    guard let file = fopen(path, "re") else { return nil }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 32)
    guard fgets(&line, Int32(line.count), file) != nil else { return nil }
    return Int(String(decoding: line.prefix { $0 > 0x20 }.map(UInt8.init(bitPattern:)), as: UTF8.self))
  }
}
