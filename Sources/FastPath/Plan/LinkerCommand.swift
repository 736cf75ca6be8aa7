internal import FastPathLink

/// The linker command that clang runs, with the files of the C runtime and the libraries for which the
/// objects ask. Clang is asked for it once, because clang itself takes a third as long as the linker.
package struct LinkerCommand: Equatable, Sendable {
  /// The command line.
  package let words: [String]
  /// A hash of the libraries for which the objects asked at that time.
  package let request: UInt64

  /// Creates a command that was stored before.
  package init(words: [String], request: UInt64) { (self.words, self.request) = (words, request) }

  /// Returns the command that prints the linker command.
  package static func query(_ link: [String]) -> [String] { link + ["-###"] }

  /// Parses clang's output. Returns `nil` if it is not understood. `original` converts each word to the form
  /// that is stored.
  package init?(_ lines: [String], request: UInt64, original: (String) -> String) {
    let commands = lines.filter { $0.hasPrefix(" \"") }.compactMap(shellWords)
    guard commands.count == 1, let linker = commands[0].first, linker.lastName == "ld.lld",
      !commands[0].contains(where: { $0.hasPrefix("@") })  // a temporary file
    else { return nil }
    words = commands[0].map(original)
    self.request = request
  }
}
