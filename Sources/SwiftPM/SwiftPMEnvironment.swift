/// The environment of SwiftPM's commands, as `NAME=value`. It is the user's environment, with the
/// ``SessionVariables`` of the terminal in which SwiftPM ran last.
struct SwiftPMEnvironment: Equatable {
  /// The user's environment, including the variables of `build.environment`.
  let own: [String]
  /// The names of the variables that the settings set. They always apply.
  let fixed: Set<String>

  /// Returns the session variables of ``own`` as the user's shell would pass them to `swift` in `root`. Bash
  /// and zsh set `_` to the path of the command that they start, which is another path for hotreload itself.
  ///
  /// - Parameters:
  ///   - root: The package's root.
  ///   - swift: The path of `swift` as found on `PATH`, not resolved; `nil` if it was not found.
  ///   - isRoot: Returns whether a path leads to `root`, possibly through symbolic links.
  func asFromShell(root: String, swift: String?, isRoot: (String) -> Bool) -> [String] {
    let session = own.filter { SessionVariables.contains($0.variableName) }
    return Self.placed(
      session.map { $0.variableName == "_" ? swift.map { "_=" + $0 } ?? $0 : $0 }, root: root, isRoot: isRoot)
  }

  /// Returns `session` with a `PWD` that leads to `root`.
  static func placed(_ session: [String], root: String, isRoot: (String) -> Bool) -> [String] {
    session.map { $0.variableName == "PWD" && !isRoot(String($0.dropFirst(4))) ? "PWD=" + root : $0 }
  }

  /// Returns ``own`` with these session variables in place of its own.
  ///
  /// - Parameters:
  ///   - session: The session variables.
  ///   - mayFetch: Whether SwiftPM may fetch a dependency. The variables for authentication are then kept.
  func with(session: [String], mayFetch: Bool) -> [String] {
    func isReplaced(_ variable: String) -> Bool {
      let name = variable.variableName
      return SessionVariables.contains(name) && !fixed.contains(String(name))
        && !(mayFetch && SessionVariables.isForAuthentication(name))
    }
    return own.filter { !isReplaced($0) } + session.filter(isReplaced)
  }

  /// Returns the session variables of an environment.
  static func session(of environment: [String]) -> [String] {
    environment.filter { SessionVariables.contains($0.variableName) }
  }

  /// Returns the path at which a shell with this environment finds `program`; `nil` if it is not found.
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
  /// The name in a variable `NAME=value`.
  var variableName: Substring { prefix { $0 != "=" } }
}
