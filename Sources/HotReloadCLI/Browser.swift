import Control
import Glibc
import Posix

/// The browser of the user.
enum Browser {
  /// Opens a URL in `$BROWSER`, or by xdg-open(1), in place of this process. Throws if there is none, or nothing to open.
  static func open(_ url: String?) throws(ControlConnection.Failure) {
    guard let url else { throw .unusable("nothing is served yet; see 'hotreload status'") }
    standardOutput.write(url + "\n")
    // $BROWSER may be a list, separated by colons.
    let wanted = (CurrentProcess.variable("BROWSER") ?? "").split(separator: ":").map(String.init)
    for program in wanted + ["xdg-open"] {
      guard let path = program.hasPrefix("/") ? program : CurrentProcess.find(program) else { continue }
      var words = [strdup(path), strdup(url), nil]
      execv(path, &words)
    }
    throw .unusable("cannot open a browser: there is no xdg-open, and $BROWSER names no program; open \(url)")
  }
}
