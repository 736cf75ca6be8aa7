package import Handoff

/// Chooses the session of a directory. Pure: the sessions are passed in.
package enum SessionChoice {
  /// Returns the sessions of the project that `directory` is in: the innermost project for which one runs. Empty if
  /// none does.
  package static func sessions(of directory: String, among all: [RuntimeDirectory.Session])
    -> [RuntimeDirectory.Session]
  {
    let around = all.filter {
      directory == $0.project || directory.hasPrefix($0.project == "/" ? "/" : $0.project + "/")
    }
    guard let innermost = around.map(\.project.utf8.count).max() else { return [] }
    return around.filter { $0.project.utf8.count == innermost }
  }
}
