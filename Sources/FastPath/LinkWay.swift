/// How the fast path has linked a program.
package enum LinkWay: Equatable, Sendable, CustomStringConvertible {
  /// The hot objects, against a library of the cold ones and stubs of all other libraries.
  case coldAndStubs
  /// All objects, against stubs of the libraries.
  case stubs
  /// As clang has run the linker.
  case full
  /// By clang.
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
