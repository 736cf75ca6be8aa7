/// A key that the user may press while hotreload runs.
enum Key: Character, CaseIterable, Sendable {
  case build = "r"
  case restart = "s"
  case pause = "p"
  case clear = "c"
  case open = "o"
  case lastLines = "l"
  case edit = "e"
  case help = "?"
  case quit = "q"

  /// The effect of the key, for the list of keys.
  var help: String {
    switch self {
    case .build: "build again"
    case .restart: "start a new process without a build"
    case .pause: "pause builds, or go on"
    case .clear: "clear the terminal"
    case .open: "open the server in the browser"
    case .lastLines: "show the server's last lines again"
    case .edit: "open the first error in $EDITOR"
    case .help: "list the keys"
    case .quit: "quit"
    }
  }

  /// The list of keys, one a line.
  static var list: String { allCases.map { "  \($0.rawValue)  \($0.help)" }.joined(separator: "\n") }

  /// The maximum number of bytes that are taken as typed keys.
  private static let longestTyped = 4

  /// Returns the keys in bytes that were read together. A sequence of a function key, which begins with an escape
  /// character, and pasted text contain none.
  static func keys(in bytes: [UInt8]) -> [Key] {
    if bytes.count > longestTyped || bytes.contains(0x1B) { return [] }
    return bytes.compactMap { Key(rawValue: Character(Unicode.Scalar($0))) }
  }
}
