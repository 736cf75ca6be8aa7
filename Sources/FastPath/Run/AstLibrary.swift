internal import FastPathLink
internal import FastPathPlan
internal import Posix

/// A library that contains the interface of one module for debuggers, which the program asks for.
///
/// A program is linked before the interface exists, and the library is renamed to its place later. Until then
/// the library is empty. Debuggers then report a type as unknown instead of showing an old version of it.
struct AstLibrary {
  /// The path of the library, for the next link.
  let path: String
  /// Whether the library contains the interface.
  private(set) var isFilled = false
  private let linker: String
  private var unfinished: String { path + ".new" }

  /// Creates an empty library under a name that no older program asks for, for the processor of the object `example`.
  /// Throws ``FallbackReason`` if it cannot be written.
  init(module: String, in directory: String, linker: String, example: String) throws(FallbackReason) {
    guard let machine = ElfFile(path: example)?.machine else {
      throw FallbackReason("\(example) is not an object file")
    }
    let numbers = FileSystem.names(in: directory).compactMap { LinkedLibraries.number(ofAst: $0) }
    path = "\(directory)/\(LinkedLibraries.ast(module, (numbers.max() ?? 0) + 1))"
    self.linker = linker
    let empty = StubLibrary(soname: path.lastName, machine: machine)
    do throws(SystemError) { try FileSystem.write(empty.bytes, to: path) } catch {
      throw FallbackReason("\(error)")
    }
  }

  /// Returns the command that makes the library from the object with the interface. The library has no build
  /// ID, because a debugger would compare it with that of the library that the program has loaded.
  func command(_ wrapped: String) -> [String] {
    [linker, "-shared", "-soname=\(path.lastName)", "--build-id=none", "-o", unfinished, wrapped]
  }

  /// Moves the library that the command has made to its place. Running programs keep the one that they have
  /// loaded.
  mutating func finish() {
    isFilled = (try? FileSystem.move(unfinished, to: path)) != nil
  }
}
