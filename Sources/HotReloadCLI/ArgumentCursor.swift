import Runtime
import Settings

/// Goes through the arguments of a command, in the manner of ArgumentParser.
struct ArgumentCursor {
  enum Argument: Equatable {
    /// `-c`, or `--configuration`, also of `--configuration=debug`.
    case option(String)
    case positional(String)
    /// Everything after `--`.
    case rest([String])
  }

  private let command: Subcommand
  private var left: ArraySlice<String>
  private var current = ""
  private var attached: String?

  init(_ arguments: [String], of command: Subcommand) {
    left = arguments[...]
    self.command = command
  }

  /// The next argument.
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

  /// A mistake in the command line.
  func error(_ message: String, nearest: String? = nil) -> UsageError {
    UsageError(message, command: command, nearest: nearest)
  }

  /// The option that came last is one without a value.
  func noValue() throws(UsageError) {
    if attached != nil { throw error("The option '\(current)' takes no value") }
  }

  /// The value of the option that came last.
  mutating func value() throws(UsageError) -> String {
    defer { attached = nil }
    if let attached { return attached }
    guard let value = left.first, value != "--" else { throw error("Missing value for '\(current)'") }
    left.removeFirst()
    return value
  }

  /// An option that the command does not have.
  func unknown() -> UsageError {
    let takesRest = command.arguments.contains { $0.name.contains("--") }
    let own = (command.options + [.help]).flatMap(\.names).flatMap {
      $0.split(separator: "/").map(String.init)
    }
    let swiftPMs = takesRest ? Invocation.swiftPMOptions + Invocation.swiftPMFlags : []
    let names = (own + swiftPMs).filter { $0.hasPrefix("--") }
    // Half of it must be right: `--port` is a server's option, and not `--poll`.
    let similar = nearest(to: current, among: names, within: max(1, (current.count - 3) / 2))
    let hint = similar == nil && takesRest ? ". What is for the server goes after '--'" : ""
    return error("Unknown option '\(current)'\(hint)", nearest: similar)
  }
}
