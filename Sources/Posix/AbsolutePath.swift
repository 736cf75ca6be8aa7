/// Without `.` and `..`, whether or not there is anything.
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
