internal import FastPathPlan
internal import Posix

/// The objects of all dependencies, linked once into a shared library. Its name has a hash of everything that it was made
/// of, so one that is there is the right one.
struct DependencyLibrary {
  let path: String
  /// What makes it; nil if it is there.
  let command: [String]?
  private let directory: String
  private var unfinished: String { path + ".new" }

  /// Nil if there are no dependencies.
  init?(_ plan: Plan, overlay: Overlay, compiler: String) throws(Decline) {
    if plan.dependencyObjects.isEmpty { return nil }
    let command = LinkJobs.library(plan, compiler: compiler, list: "", output: "", name: "")
    var hash = fnv1a(command.joined(separator: "\0").utf8)
    for path in [compiler] + plan.dependencyObjects {
      guard let file = FileSystem.identity(path) else { throw Decline("\(path) is not there") }
      hash = fnv1a("\0\(path)\0\(file.device) \(file.inode) \(file.size) \(file.modified)".utf8, from: hash)
    }
    directory = overlay.directory
    let name = "libhotreload-\(String(hash, radix: 16)).so"
    path = "\(directory)/\(name)"
    if FileSystem.exists(path) {
      self.command = nil
      return
    }
    let list = directory + "/dependencies"
    do throws(SystemError) {
      try FileSystem.write(plan.dependencyObjects.map(Self.quoted).joined(separator: "\n") + "\n", to: list)
    } catch {
      throw Decline("\(error)")
    }
    self.command = LinkJobs.library(plan, compiler: compiler, list: list, output: path + ".new", name: name)
  }

  /// Puts what the command has made into its place.
  func finish() throws(Decline) {
    if command == nil { return }
    do throws(SystemError) { try FileSystem.move(unfinished, to: path) } catch { throw Decline("\(error)") }
  }

  /// Removes the libraries of dependencies that are not one of these.
  static func removeAll(in directory: String, but used: Set<String>) {
    for name in FileSystem.names(in: directory) where name.hasPrefix("libhotreload-") {
      if !LinkedLibraries.isOfOneLink(name), !used.contains("\(directory)/\(name)") {
        FileSystem.remove("\(directory)/\(name)")
      }
    }
  }

  /// As in the response files that SwiftPM writes.
  private static func quoted(_ path: String) -> String {
    path.contains { " '\"\\".contains($0) }
      ? "\"" + path.flatMap { "\"\\".contains($0) ? "\\\($0)" : String($0) } + "\"" : path
  }
}
