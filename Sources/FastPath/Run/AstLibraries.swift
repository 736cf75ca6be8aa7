internal import FastPathLink
internal import FastPathPlan

/// The libraries that contain the interfaces of all modules of a program, for debuggers.
final class AstLibraries {
  private let modules: [Plan.Module]
  private let overlay: Overlay
  private let linker: String
  /// The libraries of the modules with debug information, by the index of the module.
  private var libraries: [Int: AstLibrary] = [:]
  /// The modules that ``nextAsBuilt(changed:)`` has returned.
  private var asked: Set<Int> = []

  /// Creates the set without any files. The linker is beside `compiler`.
  init(_ modules: [Plan.Module], _ overlay: Overlay, compiler: String) {
    (self.modules, self.overlay) = (modules, overlay)
    linker = compiler.directory + "/ld.lld"
  }

  /// The library to link in place of each object that holds an interface, by the path of the object in the link command.
  var paths: [String: String] {
    Dictionary(
      libraries.compactMap { index, library in modules[index].wrapped.map { ($0, library.path) } },
      uniquingKeysWith: { first, _ in first })
  }

  /// Prepares the libraries for a link. A module in `changed`, whose current library may not have the declarations of its
  /// objects, gets a new one, so that older programs keep theirs.
  func prepare(changed: Set<Int>) throws(FallbackReason) {
    for (index, module) in modules.enumerated() where module.wrapped != nil {
      if libraries[index] != nil, !changed.contains(index) { continue }
      libraries[index] = try AstLibrary(
        module: module.name, in: overlay.directory, linker: linker, example: module.objects[0])
    }
  }

  /// Returns the command that fills the library of a module with the object that holds its interface. `nil` if the module
  /// has no library.
  func command(_ module: Int, wrapped: String) -> [String]? { libraries[module]?.command(wrapped) }

  /// Moves the library that the command of a module has made to its place.
  func finish(_ module: Int) { libraries[module]?.finish() }

  /// Returns the next module whose library can be filled with SwiftPM's object, because its declarations have
  /// not changed since, together with the command. Each module is returned once.
  func nextAsBuilt(changed: Set<Int>) -> (module: Int, command: [String])? {
    for (index, library) in libraries.sorted(by: { $0.key < $1.key })
    where !library.isFilled && !changed.contains(index) && !asked.contains(index) {
      guard let wrapped = modules[index].wrapped else { continue }
      asked.insert(index)
      return (index, library.command(wrapped))
    }
    return nil
  }
}
