internal import Glibc

/// A limit of the kernel on inotify: a sysctl(8) setting and its current value.
package struct InotifyLimit: Sendable, Equatable {
  /// The name of the setting, such as `fs.inotify.max_user_watches`.
  package let setting: String

  /// The current value. `nil` if /proc does not show it.
  package let value: Int?

  /// Creates a limit with this value.
  package init(setting: String, value: Int?) { (self.setting, self.value) = (setting, value) }

  /// Returns the limit on watched directories, which all programs of this user share.
  package static func watches() -> InotifyLimit {
    lowest("fs.inotify.max_user_watches", "user.max_inotify_watches")
  }

  /// Returns the limit on inotify instances, which all programs of this user share.
  package static func instances() -> InotifyLimit {
    lowest("fs.inotify.max_user_instances", "user.max_inotify_instances")
  }

  /// Returns the lower one of two limits, because a user namespace (a rootless container) has a second limit
  /// of its own.
  private static func lowest(_ global: String, _ namespaced: String) -> InotifyLimit {
    let outer = InotifyLimit(setting: global, value: current(global))
    let inner = InotifyLimit(setting: namespaced, value: current(namespaced))
    return inner.value ?? .max < outer.value ?? .max ? inner : outer
  }

  /// Returns the number in the setting's file under /proc/sys.
  private static func current(_ setting: String) -> Int? {
    let path = "/proc/sys/" + setting.split(separator: ".").joined(separator: "/")
    guard let file = fopen(path, "re") else { return nil }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 32)
    guard fgets(&line, Int32(line.count), file) != nil else { return nil }
    return Int(String(decoding: line.prefix { $0 > 0x20 }.map(UInt8.init(bitPattern:)), as: UTF8.self))
  }
}
