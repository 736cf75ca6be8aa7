package import FastPathRun
internal import Glibc
internal import Posix
package import Reloader
internal import Settings
internal import SwiftPM

/// A program of a project that is run: the product or command, the path at which a build puts it, and the
/// kept programs.
package final class BuildTarget {
  /// The product or command that the settings name.
  package private(set) var runnable: Runnable
  /// The product, once it is known.
  package private(set) var product: String?
  /// The path at which a build puts the program, once it is known.
  package private(set) var path: String?
  /// The program of the last build that succeeded.
  private(set) var newest: Artifact?
  /// The files that were saved since that build.
  package var saved: Set<String> = []
  /// The files that were saved for fast builds since SwiftPM's last build.
  private(set) var builtFast: Set<String> = []
  package let fast: FastBuilder

  private var programs: KeptPrograms?
  private var formerPrograms: [KeptPrograms] = []
  private var commandsBuilt = 0

  package init(_ runnable: Runnable, fast: FastBuilder) {
    self.runnable = runnable
    self.fast = fast
  }

  /// The name of the product, as far as it is known.
  var name: String? { product ?? runnable.product }

  /// The path at which the fast path puts a program; `nil` until SwiftPM has built one.
  var linkOutputPath: String? { programs?.linkOutputPath }

  /// Removes the fast path's program after it was kept.
  func discardLinkOutput() { programs?.discardLinkOutput() }

  /// Whether the path at which builds put the program is not known yet.
  var isUnplaced: Bool { programs == nil && runnable.command == nil }

  /// Changes the product or command to run from now on.
  package func use(_ runnable: Runnable) {
    if runnable.product != self.runnable.product { product = nil }
    self.runnable = runnable
    forgetPrograms()
  }

  /// Finds the product in the package, after it was read. Throws the reason why it has no product to run.
  func find(in package: PackageDescription) throws(ProductSelectionFailure) {
    if runnable.command != nil { return }
    // A product that was the only one stays selected when another one is added.
    let found = try package.executable(named: runnable.product, before: product)
    if found != product { forgetPrograms() }
    product = found
  }

  /// Sets the directory into which builds put the program.
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

  /// Keeps the program that a build has just made, at its usual path or by the fast path of `maker`. `root`
  /// is the directory of the project. Throws the error of keeping it.
  func keep(madeBy maker: BuildTarget? = nil, root: String) throws(SystemError) -> Artifact {
    if runnable.command != nil {
      // The program of a project's own command is kept too, if it is a file of the project and the whole
      // server. `/usr/bin/python3` stays the same when the script is saved, and so does `./env/bin/python
      // server.py`.
      guard let file = commandFile(root) else {
        // The server of another command can neither be kept nor compared.
        commandsBuilt += 1
        return Artifact(path: "command \(commandsBuilt)")
      }
      if path != file {  // the command may be a link to a new file for each build
        forgetPrograms()
        place(at: file, isOverwritten: true)  // for example by 'cp'
      }
    }
    guard let programs else { throw SystemError("stat", name ?? "the program", code: ENOENT) }
    let artifact = Artifact(path: try programs.keep(from: maker?.linkOutputPath))
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
    // An argument that is a file may be the script that the program runs.
    if arguments.dropFirst().contains(where: { FileSystem.isFile(path(of: $0)) }) { return nil }
    return FileSystem.realPath(path(of: name)).flatMap {
      $0.hasPrefix(root + "/") && FileSystem.isExecutable($0) && FileSystem.isBinary($0) ? $0 : nil
    }
  }

  /// Removes a program that will not be started again.
  package func discard(_ artifact: Artifact) {
    for programs in allPrograms { programs.discard(artifact.path) }
  }

  /// Removes the kept programs of this target.
  package func discardKept() {
    for programs in allPrograms { programs.discardKept() }
  }

  /// Removes all kept programs, including those of other targets with the same program.
  package func discardAll() {
    for programs in allPrograms { programs.discardAll() }
  }

  private var allPrograms: [KeptPrograms] { formerPrograms + (programs.map { [$0] } ?? []) }

  /// Moves the programs to the former ones, of which one may still be running.
  private func forgetPrograms() {
    if let programs { formerPrograms.append(programs) }
    (programs, path, newest) = (nil, nil, nil)
  }
}

extension Artifact {
  /// Whether the artifact is a kept file, which can be compared with others.
  package var isKept: Bool { path.hasPrefix("/") }
}
