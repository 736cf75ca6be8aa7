/// The mounted file systems, from `/proc/self/mountinfo` (proc(5)).
struct MountTable: Equatable {
  /// A mounted file system.
  struct Mount: Equatable {
    /// The directory at which it is mounted.
    let directory: String
    /// The type, such as `ext4` or `fuse.sshfs`.
    let type: String
  }

  private let mounts: [Mount]

  /// Parses the table. Lines that are not understood are skipped.
  init(_ text: String) {
    mounts = text.split(separator: "\n").compactMap { line in
      // 36 35 98:0 /root /mnt rw,noatime master:1 - ext3 /dev/root rw
      let fields = line.split(separator: " ")
      guard fields.count > 4, let separator = fields.firstIndex(of: "-"), separator + 1 < fields.count else {
        return nil
      }
      return Mount(directory: Self.unescaped(fields[4]), type: String(fields[separator + 1]))
    }
  }

  /// Returns the file system to which a path belongs; `nil` if the table does not have it. The last of several at one
  /// directory covers the others.
  func mount(of path: String) -> Mount? {
    mounts.last { mount in
      mount.directory == longest(for: path)
    }
  }

  private func longest(for path: String) -> String? {
    mounts.map(\.directory)
      .filter { $0 == "/" || path == $0 || path.hasPrefix($0 + "/") }
      .max { $0.utf8.count < $1.utf8.count }
  }

  /// Returns a path in which the escapes of spaces, tabs, line breaks and backslashes are resolved.
  private static func unescaped(_ text: Substring) -> String {
    var result: [UInt8] = []
    var bytes = Array(text.utf8)[...]
    while let byte = bytes.popFirst() {
      let digits = bytes.prefix(3)
      if byte == UInt8(ascii: "\\"), digits.count == 3,
        let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 8)
      {
        result.append(value)
        bytes = bytes.dropFirst(3)
      } else {
        result.append(byte)
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
