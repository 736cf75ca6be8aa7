internal import Posix
internal import Glibc

/// A private directory for one running hotreload, with its socket and lock. There is at most one for a project.
package final class RuntimeDirectory {
  /// Why there is none.
  package enum Failure: Error, CustomStringConvertible {
    /// Another hotreload serves this project.
    case taken(project: String, by: String)
    /// The directory could be another user's.
    case notPrivate(String)

    package var description: String {
      switch self {
      case .taken(let project, let pid):
        """
        hotreload is already running for \(project) (pid \(pid)); end it with Ctrl-C in its terminal, \
        or with 'kill \(pid)'
        """
      case .notPrivate(let path):
        """
        \(path) must be a directory of yours that nobody else can enter (mode 0700); remove it, \
        or set XDG_RUNTIME_DIR
        """
      }
    }
  }

  /// Its absolute path.
  package let path: String
  private let lockFile: Descriptor

  /// Where a generation finds its `NOTIFY_SOCKET`.
  package func notifyPath(of generation: Int) -> String { "\(path)/notify-\(generation)" }

  /// Where the socket is.
  package var socketPath: String { "\(path)/socket" }

  /// Where servers tell which files they write.
  package var filesPath: String { "\(path)/files" }

  /// Makes the directory for what is served from `project`, in the user's directory for this if there is a private one, and
  /// takes its lock in the name of the process `owner`. What a killed hotreload left is cleared away: its lock ended with
  /// it. Throws ``Failure`` or `SystemError`.
  package init(
    project: String, owner: CInt, usersDirectory: String? = CurrentProcess.variable("XDG_RUNTIME_DIR")
  ) throws {
    path = try Self.base(in: usersDirectory) + "/" + Self.name(for: project)
    try FileSystem.makeDirectories(path)
    guard FileSystem.isPrivateDirectory(path) else { throw Failure.notPrivate(path) }
    lockFile = try Descriptor.open("\(path)/lock", O_RDWR | O_CREAT)
    guard FileSystem.lock(lockFile) else {
      let pid = (try? FileSystem.read("\(path)/lock")).map { String(decoding: $0, as: UTF8.self) }
      throw Failure.taken(project: project, by: pid ?? "unknown")
    }
    try FileSystem.write("\(owner)", to: "\(path)/lock")
    for name in FileSystem.names(in: path) where name != "lock" { FileSystem.remove("\(path)/\(name)") }
  }

  /// Removes what ``init(project:owner:usersDirectory:)`` made.
  package func remove() { Self.remove(path) }

  /// Removes the directories of this user whose process is gone: nobody has their lock.
  package static func removeAbandoned() {
    guard let base = try? base(in: CurrentProcess.variable("XDG_RUNTIME_DIR")) else { return }
    for name in FileSystem.names(in: base) {
      guard let lock = try? Descriptor.open("\(base)/\(name)/lock", O_RDWR), FileSystem.lock(lock) else {
        continue
      }
      remove("\(base)/\(name)")
    }
    FileSystem.removeDirectory(base)
  }

  /// Removes the directories that were made in the name of this process: their lock is one's own.
  package static func removeAll(of owner: CInt) {
    guard let base = try? base(in: CurrentProcess.variable("XDG_RUNTIME_DIR")) else { return }
    for name in FileSystem.names(in: base) {
      let lock = (try? FileSystem.read("\(base)/\(name)/lock")) ?? []
      if String(decoding: lock, as: UTF8.self) == "\(owner)" { remove("\(base)/\(name)") }
    }
  }

  private static func remove(_ path: String) {
    for name in FileSystem.names(in: path) { FileSystem.remove("\(path)/\(name)") }
    FileSystem.removeDirectory(path)
    // The directory above stays only while another project is served.
    FileSystem.removeDirectory(path.parentPath)
  }

  /// `$XDG_RUNTIME_DIR/hotreload`, else a directory of ours under the temporary one.
  private static func base(in usersDirectory: String?) throws -> String {
    if let runtime = usersDirectory, FileSystem.isPrivateDirectory(runtime),
      runtime.utf8.count + "/hotreload".utf8.count <= longestBase
    {
      return runtime + "/hotreload"
    }
    let temporary = CurrentProcess.variable("TMPDIR") ?? ""
    let own = "/hotreload-\(CurrentProcess.user)"
    let isUsable = temporary.hasPrefix("/") && temporary.utf8.count + own.utf8.count <= longestBase
    let base = (isUsable ? temporary : "/tmp") + own
    try FileSystem.makeDirectories(base)
    guard FileSystem.isPrivateDirectory(base) else { throw Failure.notPrivate(base) }
    return base
  }

  /// In bytes: 107 (unix(7)) without the longest ``name(for:)``, its hash in 16 digits, and
  /// `/notify-` with a number.
  private static let longestBase = 107 - "/".utf8.count - (16 + 1 + 16) - "/notify-1234567".utf8.count

  /// Short, since a socket's path has 107 bytes at most, and telling: the last part of the path and a hash of all.
  private static func name(for project: String) -> String {
    let last = project.split(separator: "/").last.map { String($0.prefix(16)) } ?? "root"
    let plain = last.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
    return String(plain) + "-" + String(fnv1a(Array(project.utf8)), radix: 16)
  }
}
