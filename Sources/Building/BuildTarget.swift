package import FastPathRun
internal import Glibc
internal import Posix
package import Reloader
internal import Settings
internal import SwiftPM

/// A program of a project that is run: which one, where a build puts it, and those that are kept of it.
package final class BuildTarget {
  /// What is wanted.
  package private(set) var runnable: Runnable
  /// The product, once it is known.
  package private(set) var product: String?
  /// The path at which a build puts the program, once it is known.
  package private(set) var path: String?
  /// What the last build made that succeeded.
  private(set) var newest: Artifact?
  /// What was saved since then.
  package var saved: Set<String> = []
  /// What the fast path has compiled since SwiftPM's last build.
  private(set) var builtFast: Set<String> = []
  package let fast: FastBuilder

  private var programs: KeptPrograms?
  private var formerPrograms: [KeptPrograms] = []
  private var commandsBuilt = 0

  package init(_ runnable: Runnable, fast: FastBuilder) {
    self.runnable = runnable
    self.fast = fast
  }

  /// What is run, as far as it is known.
  var name: String? { product ?? runnable.product }

  /// Where the fast path puts a program, once there is one of SwiftPM's.
  var otherPath: String? { programs?.otherPath }

  /// What the fast path made has been kept.
  func discardOther() { programs?.discardOther() }

  /// Whether it is still to be found out where builds put the program.
  var isUnplaced: Bool { programs == nil && runnable.command == nil }

  /// This is run from now on.
  package func use(_ runnable: Runnable) {
    if runnable.product != self.runnable.product { product = nil }
    self.runnable = runnable
    forgetPrograms()
  }

  /// The package was read (anew). Throws why there is nothing to run in it.
  func find(in package: PackageDescription) throws(ProductSelectionFailure) {
    if runnable.command != nil { return }
    // One that was the only one stays what is run when another is added.
    let found = try package.executable(named: runnable.product, before: product)
    if found != product { forgetPrograms() }
    product = found
  }

  /// Builds put the program into this directory.
  func place(in directory: String) {
    if let name { place(at: "\(directory)/\(name)") }
  }

  private func place(at path: String, isOverwritten: Bool = false) {
    guard let slash = path.lastIndex(of: "/") else { return }
    self.path = path
    programs = KeptPrograms(
      directory: String(path[..<slash]), product: String(path[path.index(after: slash)...]),
      isOverwritten: isOverwritten)
  }

  /// Keeps what a build has just made: where it always puts it, or the fast path of `maker`. `root` is the project's. Throws
  /// what keeping it failed with.
  func keep(madeBy maker: BuildTarget? = nil, root: String) throws(SystemError) -> Artifact {
    if runnable.command != nil {
      // The program of a project's own command is kept too, if it is a file of the project and all of the server:
      // `/usr/bin/python3` stays the same when the script is saved, and so does `./env/bin/python server.py`.
      guard let file = commandFile(root) else {
        // What it starts cannot be kept, nor compared.
        commandsBuilt += 1
        return Artifact(path: "command \(commandsBuilt)")
      }
      if path != file {  // as where the command is a link, and each build makes a file of another name
        forgetPrograms()
        place(at: file, isOverwritten: true)  // by 'cp', for one
      }
    }
    guard let programs else { throw SystemError("stat", name ?? "the program", code: ENOENT) }
    let artifact = Artifact(path: try programs.keep(from: maker?.otherPath))
    newest = artifact
    builtFast = maker == nil ? [] : builtFast.union(saved)
    saved = []
    return artifact
  }

  private func commandFile(_ root: String) -> String? {
    guard case .arguments(let arguments) = runnable.command, let name = arguments.first, name.contains("/")
    else {
      return nil
    }
    func path(of name: String) -> String { name.hasPrefix("/") ? name : "\(root)/\(name)" }
    // An argument that is a file may be the script that it runs.
    if arguments.dropFirst().contains(where: { FileSystem.isFile(path(of: $0)) }) { return nil }
    return FileSystem.realPath(path(of: name)).flatMap {
      $0.hasPrefix(root + "/") && FileSystem.isExecutable($0) && FileSystem.isBinary($0) ? $0 : nil
    }
  }

  /// A program will not be started again.
  func discard(_ artifact: Artifact) {
    for programs in allPrograms { programs.discard(artifact.path) }
  }

  /// Removes its kept programs.
  package func discardKept() {
    for programs in allPrograms { programs.discardKept() }
  }

  /// Removes all kept programs, also of others that run the same.
  package func discardAll() {
    for programs in allPrograms { programs.discardAll() }
  }

  private var allPrograms: [KeptPrograms] { formerPrograms + (programs.map { [$0] } ?? []) }

  /// The programs of a product that is not run any more, one of which may still be running.
  private func forgetPrograms() {
    if let programs { formerPrograms.append(programs) }
    (programs, path, newest) = (nil, nil, nil)
  }
}

extension Artifact {
  /// Whether it is a file, and not what cannot be compared.
  package var isKept: Bool { path.hasPrefix("/") }
}
