package import Posix

// The directories of all sessions of this user, for whoever looks for one.
extension RuntimeDirectory {
  /// A session that was found.
  package struct Session: Equatable, Sendable {
    /// The absolute path of the project.
    package let project: String
    /// The path of the socket for commands.
    package let controlPath: String
    /// The process that the user has started.
    package let pid: CInt

    /// Creates a description.
    package init(project: String, controlPath: String, pid: CInt) {
      (self.project, self.controlPath, self.pid) = (project, controlPath, pid)
    }
  }

  /// Records the project, by which ``sessions(inBases:)`` finds the directory. Throws the errno of the file.
  package func record(project: String) throws(SystemError) {
    try FileSystem.write(project, to: "\(path)/\(Self.projectName)")
  }

  /// The directories that may have the directories of sessions. A hotreload that was started elsewhere may have had
  /// another `$XDG_RUNTIME_DIR` or `$TMPDIR` than this process.
  package static var possibleBases: [String] {
    let user = CurrentProcess.user
    let temporary = ["TMPDIR"].compactMap(CurrentProcess.variable) + ["/tmp"]
    let bases =
      ["XDG_RUNTIME_DIR"].compactMap(CurrentProcess.variable).map { "\($0)/hotreload" }
      + ["/run/user/\(user)/hotreload"] + temporary.map { "\($0)/hotreload-\(user)" }
    return bases.filter(FileSystem.isPrivateDirectory)
  }

  /// Returns the sessions whose directories exist, also of a killed process, sorted by the path of the project.
  package static func sessions(inBases bases: [String] = possibleBases) -> [Session] {
    var found: [Session] = []
    for base in bases {
      for name in FileSystem.names(in: base) {
        let directory = "\(base)/\(name)"
        guard FileSystem.isPrivateDirectory(directory), let project = text("\(directory)/\(projectName)"),
          let pid = text("\(directory)/lock").flatMap({ CInt($0) })
        else { continue }
        let session = Session(project: project, controlPath: "\(directory)/\(controlName)", pid: pid)
        if !found.contains(session) { found.append(session) }
      }
    }
    return found.sorted { ($0.project, $0.pid) < ($1.project, $1.pid) }
  }

  private static func text(_ path: String) -> String? {
    (try? FileSystem.read(path)).map { String(decoding: $0, as: UTF8.self) }
  }
}
