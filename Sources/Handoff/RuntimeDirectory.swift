internal import Posix
internal import Glibc

/// The private directory of a running hotreload, or of one of its services, with its sockets and its lock. Each has at
/// most one.
package final class RuntimeDirectory {
  /// The use of a directory.
  package enum Kind {
    /// It has the sockets for the servers of a service.
    case service
    /// It has the socket for commands, and a file that names the project.
    case session
  }

  /// The reason why a directory cannot be used.
  package enum Failure: Error, CustomStringConvertible {
    /// Another hotreload runs for this project. `by` is its pid.
    case taken(project: String, by: String)
    /// Other users can enter the directory at this path, or it belongs to one.
    case notPrivate(String)

    package var description: String {
      switch self {
      case .taken(let project, let pid):
        """
        hotreload is already running for \(project) (pid \(pid)); stop it with Ctrl-C in its terminal, \
        or with 'kill \(pid)'
        """
      case .notPrivate(let path):
        """
        \(path) must belong to you and have mode 0700; remove it, \
        or set XDG_RUNTIME_DIR
        """
      }
    }
  }

  /// The absolute path of the directory.
  package let path: String
  /// The lock file, locked as long as this object exists (flock(2)).
  private let lockFile: Descriptor

  /// Returns the path of the `NOTIFY_SOCKET` of a generation.
  package func notifyPath(of generation: Int) -> String { "\(path)/notify-\(generation)" }

  /// The path of the socket for the links of the processes (``HandoffServer``).
  package var socketPath: String { "\(path)/socket" }

  /// The path of the socket for self-writes (`SelfWrites`).
  package var filesPath: String { "\(path)/files" }

  /// The path of the socket for commands (`ControlServer`).
  package var controlPath: String { "\(path)/\(Self.controlName)" }

  /// Creates the directory for a project and takes its lock. Throws ``Failure`` or `SystemError`.
  ///
  /// Files that a killed hotreload left there are removed. Its lock ended with it.
  ///
  /// - Parameters:
  ///   - project: The absolute path of the project.
  ///   - owner: The pid that is written to the lock file.
  ///   - usersDirectory: The user's runtime directory, which is used if it is private.
  package init(
    project: String, kind: Kind = .service, owner: CInt,
    usersDirectory: String? = CurrentProcess.variable("XDG_RUNTIME_DIR")
  ) throws {
    path = try Self.base(in: usersDirectory) + "/" + Self.name(for: project) + (kind == .session ? "-c" : "")
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

  /// Removes the directory and its files.
  package func remove() { Self.remove(path) }

  /// Returns the parent of the directories of all projects. It is created for a moment, if it does not exist, to see
  /// that it can be. Throws ``Failure`` or `SystemError`.
  package static func usableParent(
    usersDirectory: String? = CurrentProcess.variable("XDG_RUNTIME_DIR")
  ) throws -> String {
    let base = try base(in: usersDirectory)
    try FileSystem.makeDirectories(base)
    defer { FileSystem.removeDirectory(base) }  // it stays if it is not empty
    guard FileSystem.isPrivateDirectory(base) else { throw Failure.notPrivate(base) }
    return base
  }

  /// Removes this user's directories whose lock is free, because their process is gone.
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

  /// Removes the directories whose lock file has the pid `owner`. The caller may hold their locks itself.
  package static func removeAll(of owner: CInt) {
    guard let base = try? base(in: CurrentProcess.variable("XDG_RUNTIME_DIR")) else { return }
    for name in FileSystem.names(in: base) {
      let lock = (try? FileSystem.read("\(base)/\(name)/lock")) ?? []
      if String(decoding: lock, as: UTF8.self) == "\(owner)" { remove("\(base)/\(name)") }
    }
  }

  /// Removes a directory with its files.
  private static func remove(_ path: String) {
    for name in FileSystem.names(in: path) { FileSystem.remove("\(path)/\(name)") }
    FileSystem.removeDirectory(path)
    // The parent stays only while it has a directory for another project.
    FileSystem.removeDirectory(path.parentPath)
  }

  /// The name of the socket for commands.
  static let controlName = "control"
  /// The name of the file with the path of the project.
  static let projectName = "project"

  /// Returns `$XDG_RUNTIME_DIR/hotreload`, or a directory of this user in `$TMPDIR` or `/tmp`. Throws
  /// ``Failure`` or `SystemError`.
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

  /// The maximum length of the parent's path, in bytes. A socket's path has at most 107 bytes (unix(7)), of
  /// which the longest ``name(for:)``, with 16 characters and a hash of 16 digits, and `/notify-` with a
  /// number are needed. `-c/control` is shorter.
  private static let longestBase = 107 - "/".utf8.count - (16 + 1 + 16) - "/notify-1234567".utf8.count

  /// Returns the name of the directory for a project: the start of the project's name, for people, and a hash
  /// of its path. It is short because a socket's path has at most 107 bytes.
  private static func name(for project: String) -> String {
    let last = project.split(separator: "/").last.map { String($0.prefix(16)) } ?? "root"
    let plain = last.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
    return String(plain) + "-" + String(fnv1a(Array(project.utf8)), radix: 16)
  }
}
