internal import FastPathLink
internal import FastPathPlan
internal import Posix

/// The debuggers' view of a module, in a library that the program asks for: the object that holds its interface, alone.
///
/// A program is linked before its interface is there, and the library is renamed into its place later. Until then there is
/// an empty one, with which debuggers say that they do not know a type, rather than show it as it was.
struct AstLibrary {
  /// Where the library is, for the next link.
  let path: String
  /// Whether it has something in it.
  private(set) var isFilled = false
  private let linker: String
  private var unfinished: String { path + ".new" }

  /// Creates an empty library under a name that no older program asks for, for the processor of the object `example`.
  /// Throws ``Decline`` if it cannot be written.
  init(module: String, in directory: String, linker: String, example: String) throws(Decline) {
    guard let machine = ElfFile(path: example)?.machine else { throw Decline("\(example) is no object") }
    let numbers = FileSystem.names(in: directory).compactMap { LinkedLibraries.number(ofAst: $0) }
    path = "\(directory)/\(LinkedLibraries.ast(module, (numbers.max() ?? 0) + 1))"
    self.linker = linker
    let empty = StubLibrary(soname: path.lastName, machine: machine)
    do throws(SystemError) { try FileSystem.write(empty.bytes, to: path) } catch { throw Decline("\(error)") }
  }

  /// Returns the command that makes the library of the object that holds the interface. It gets no build ID, which a
  /// debugger would compare with that of the library that the program has loaded.
  func command(_ wrapped: String) -> [String] {
    [linker, "-shared", "-soname=\(path.lastName)", "--build-id=none", "-o", unfinished, wrapped]
  }

  /// Puts what the command has made into its place. Running programs keep what they have loaded.
  mutating func finish() {
    isFilled = (try? FileSystem.move(unfinished, to: path)) != nil
  }
}
