internal import Posix

/// The changed files for a command of the user, in `HOTRELOAD_CHANGED` and in a memory file that
/// `HOTRELOAD_CHANGED_FILE` names, with one path a line. The file exists as long as this object.
package final class ChangedFiles {
  /// The longest value, in bytes. The kernel takes 128 KiB of one variable (execve(2), MAX_ARG_STRLEN).
  private static let limit = 100_000

  package let variables: [String]
  /// The warning if the variable does not contain all paths.
  package let warning: String?
  private let file: Descriptor?

  package init(_ paths: Set<String>) {
    let paths = paths.sorted()
    var (size, count) = (0, 0)
    while count < paths.count, size + paths[count].utf8.count < Self.limit {
      size += paths[count].utf8.count + 1
      count += 1
    }
    let variable = "HOTRELOAD_CHANGED=" + paths.prefix(count).joined(separator: "\n")
    let cut = "HOTRELOAD_CHANGED lists only the first \(count) of \(paths.count) changed files"
    do throws(SystemError) {
      let file = try Descriptor.inMemory("changed")
      try file.write(paths.map { $0 + "\n" }.joined())
      let name = "/proc/\(CurrentProcess.identifier)/fd/\(file.number)"
      variables = [variable, "HOTRELOAD_CHANGED_FILE=\(name)"]
      warning = count < paths.count ? cut + "; the file that HOTRELOAD_CHANGED_FILE names lists all" : nil
      self.file = consume file
    } catch {
      variables = [variable]
      warning = count < paths.count ? cut : nil
      file = nil
    }
  }
}
