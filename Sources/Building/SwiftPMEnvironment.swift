/// The environment of SwiftPM's commands, as `NAME=value`: the user's, with the ``SessionVariables`` of the terminal in
/// which SwiftPM was run last.
struct SwiftPMEnvironment: Equatable {
  /// The user's, with the variables of `build.environment` in it.
  let own: [String]
  /// The names of the variables that the settings set, which always apply.
  let fixed: Set<String>

  /// The session variables of ``own``, as the user's shell would give them to `swift` in `root`. bash and zsh set `_` to the
  /// path of the command that they start, and for hotreload itself that is another path.
  ///
  /// - Parameters:
  ///   - swift: The path of `swift` as found on `PATH`, not resolved; `nil` if there is none.
  ///   - isRoot: Whether a path leads to `root`, perhaps through symbolic links.
  func asFromShell(root: String, swift: String?, isRoot: (String) -> Bool) -> [String] {
    let session = own.filter { SessionVariables.contains($0.variableName) }
    return Self.placed(
      session.map { $0.variableName == "_" ? swift.map { "_=" + $0 } ?? $0 : $0 }, root: root, isRoot: isRoot)
  }

  /// `session` with a `PWD` that leads to `root`.
  static func placed(_ session: [String], root: String, isRoot: (String) -> Bool) -> [String] {
    session.map { $0.variableName == "PWD" && !isRoot(String($0.dropFirst(4))) ? "PWD=" + root : $0 }
  }

  /// ``own`` with these session variables, and none besides.
  ///
  /// - Parameter mayFetch: Whether SwiftPM may fetch a dependency. Then the variables that authenticate the user stay.
  func with(session: [String], mayFetch: Bool) -> [String] {
    func isReplaced(_ variable: String) -> Bool {
      let name = variable.variableName
      return SessionVariables.contains(name) && !fixed.contains(String(name))
        && !(mayFetch && SessionVariables.isForAuthentication(name))
    }
    return own.filter { !isReplaced($0) } + session.filter(isReplaced)
  }

  /// The session variables of an environment.
  static func session(of environment: [String]) -> [String] {
    environment.filter { SessionVariables.contains($0.variableName) }
  }

  /// The path at which a shell with this environment finds `program`; `nil` if it finds none.
  static func find(_ program: String, in environment: [String], isExecutable: (String) -> Bool) -> String? {
    let path = environment.last { $0.hasPrefix("PATH=") }?.dropFirst(5) ?? "/usr/bin:/bin"
    for directory in path.split(separator: ":", omittingEmptySubsequences: false) {
      let place = directory.isEmpty ? "." : directory
      let path = place.hasSuffix("/") ? "\(place)\(program)" : "\(place)/\(program)"
      if isExecutable(path) { return path }
    }
    return nil
  }
}

extension String {
  /// The name of a variable `NAME=value`.
  var variableName: Substring { prefix { $0 != "=" } }
}
