/// The method by which the fast path has linked a program.
package enum LinkMethod: Equatable, Sendable, CustomStringConvertible {
  /// The hot objects were linked against a library of the cold ones and stubs of all other libraries.
  case coldAndStubs
  /// All objects were linked against stubs of the libraries.
  case stubs
  /// All objects were linked with clang's linker command.
  case full
  /// Clang was run, which ran the linker.
  case clang

  package var description: String {
    switch self {
    case .coldAndStubs: "stubs + cold"
    case .stubs: "stubs"
    case .full: "full"
    case .clang: "clang"
    }
  }
}
