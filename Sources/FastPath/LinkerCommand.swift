/// How clang runs the linker, asked for once, because clang itself takes a third as long as that: with the C runtime's
/// files and the libraries that the objects asked for.
package struct LinkerCommand: Equatable, Sendable {
  package let words: [String]
  /// A hash of what the objects asked for then.
  package let request: UInt64

  /// A command that was read before.
  package init(words: [String], request: UInt64) { (self.words, self.request) = (words, request) }

  /// The command that prints it.
  package static func query(_ link: [String]) -> [String] { link + ["-###"] }

  /// Reads what clang printed; nil for what is not understood. `original`: how a word is kept.
  package init?(_ lines: [String], request: UInt64, original: (String) -> String) {
    let commands = lines.filter { $0.hasPrefix(" \"") }.compactMap(shellWords)
    guard commands.count == 1, let linker = commands[0].first, linker.lastName == "ld.lld",
      !commands[0].contains(where: { $0.hasPrefix("@") })  // a file that is gone by then
    else { return nil }
    words = commands[0].map(original)
    self.request = request
  }
}
