import Project
import Settings

/// Reads the arguments of a command one by one, by the rules of ArgumentParser.
struct ArgumentCursor {
  /// An argument.
  enum Argument: Equatable {
    /// An option such as `-c`, or `--configuration`, without the value of `--configuration=debug`.
    case option(String)
    case positional(String)
    /// All arguments after `--`.
    case rest([String])
  }

  private let command: Subcommand
  /// The arguments that have not been read.
  private var left: ArraySlice<String>
  /// The last option.
  private var current = ""
  /// The value of the last option, if it was attached with `=`.
  private var attached: String?

  init(_ arguments: [String], of command: Subcommand) {
    left = arguments[...]
    self.command = command
  }

  /// Returns the next argument; `nil` at the end.
  mutating func next() -> Argument? {
    guard let argument = left.popFirst() else { return nil }
    if argument == "--" {
      defer { left = [] }
      return .rest(Array(left))
    }
    guard argument.hasPrefix("-"), argument != "-" else { return .positional(argument) }
    current = argument
    if argument.hasPrefix("--"), let equals = argument.firstIndex(of: "=") {
      current = String(argument[..<equals])
      attached = String(argument[argument.index(after: equals)...])
    }
    return .option(current)
  }

  /// Returns an error in the command line.
  func error(_ message: String, nearest: String? = nil) -> UsageError {
    UsageError(message, command: command, nearest: nearest)
  }

  /// Throws ``UsageError`` if a value is attached to the last option.
  func noValue() throws(UsageError) {
    if attached != nil { throw error("The option '\(current)' takes no value") }
  }

  /// Returns the value of the last option. Throws ``UsageError`` if there is none.
  mutating func value() throws(UsageError) -> String {
    defer { attached = nil }
    if let attached { return attached }
    guard let value = left.first, value != "--" else { throw error("Missing value for '\(current)'") }
    left.removeFirst()
    return value
  }

  /// Returns the error for an option that the command does not have.
  func unknown() -> UsageError {
    let takesRest = command.arguments.contains { $0.name.contains("--") }
    let own = (command.options + [.help]).flatMap(\.names).flatMap {
      $0.split(separator: "/").map(String.init)
    }
    let swiftPMs = takesRest ? Invocation.swiftPMOptions + Invocation.swiftPMFlags : []
    let names = (own + swiftPMs).filter { $0.hasPrefix("--") }
    // At least half of the option must match. `--port` belongs to a server, and does not mean `--poll`.
    let similar = nearest(to: current, among: names, within: max(1, (current.count - 3) / 2))
    let hint = similar == nil && takesRest ? ". Arguments for the server follow '--'" : ""
    return error("Unknown option '\(current)'\(hint)", nearest: similar)
  }
}
