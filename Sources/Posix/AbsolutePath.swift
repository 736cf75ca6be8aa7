/// Returns `path` as an absolute path without `.` and `..`. A relative path is relative to `base`. Symbolic
/// links are not followed, and nothing needs to exist there.
package func absolute(_ path: String, _ base: String) -> String {
  var names: [Substring] = []
  for name in (path.hasPrefix("/") ? path : "\(base)/\(path)").split(separator: "/") {
    switch name {
    case ".": continue
    case "..": _ = names.popLast()
    default: names.append(name)
    }
  }
  return "/" + names.joined(separator: "/")
}
