internal import FastPathPlan
internal import Posix

/// The objects of all dependencies, linked once into a shared library. Its name contains a hash of everything
/// from which it was made, so an existing file is up to date.
struct DependencyLibrary {
  let path: String
  /// The command that makes the library; `nil` if it exists.
  let command: [String]?
  private let directory: String
  private var unfinished: String { path + ".new" }

  /// Creates the library of a plan. `nil` if there are no dependencies. Throws ``FallbackReason`` if an object is
  /// missing or a file cannot be written.
  init?(_ plan: Plan, overlay: Overlay, compiler: String) throws(FallbackReason) {
    if plan.dependencyObjects.isEmpty { return nil }
    let command = LinkJobs.library(plan, compiler: compiler, list: "", output: "", name: "")
    var hash = fnv1a(command.joined(separator: "\0").utf8)
    for path in [compiler] + plan.dependencyObjects {
      guard let file = FileSystem.identity(path) else { throw FallbackReason("\(path) does not exist") }
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
      throw FallbackReason("\(error)")
    }
    self.command = LinkJobs.library(plan, compiler: compiler, list: list, output: path + ".new", name: name)
  }

  /// Moves the library that the command has made to its place.
  func finish() throws(FallbackReason) {
    if command == nil { return }
    do throws(SystemError) { try FileSystem.move(unfinished, to: path) } catch {
      throw FallbackReason("\(error)")
    }
  }

  /// Removes the libraries of dependencies that are not in `used`.
  static func removeAll(in directory: String, but used: Set<String>) {
    for name in FileSystem.names(in: directory) where name.hasPrefix("libhotreload-") {
      if !LinkedLibraries.isOfOneLink(name), !used.contains("\(directory)/\(name)") {
        FileSystem.remove("\(directory)/\(name)")
      }
    }
  }

  /// Returns a path as SwiftPM quotes it in response files.
  private static func quoted(_ path: String) -> String {
    path.contains { " '\"\\".contains($0) }
      ? "\"" + path.flatMap { "\"\\".contains($0) ? "\\\($0)" : String($0) } + "\"" : path
  }
}
