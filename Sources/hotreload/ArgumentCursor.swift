/// Goes through the arguments of a command, in the manner of ArgumentParser.
struct ArgumentCursor {
  enum Argument: Equatable {
    /// `-c`, or `--configuration`, also of `--configuration=debug`.
    case option(String)
    case positional(String)
    /// Everything after `--`.
    case rest([String])
  }

  private var left: ArraySlice<String>
  private var current = ""
  private var attached: String?

  init(_ arguments: [String]) { left = arguments[...] }

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

  /// The option that came last is one without a value.
  func noValue() throws(UsageError) {
    if attached != nil { throw UsageError("The option '\(current)' takes no value", command: "run") }
  }

  /// The value of the option that came last.
  mutating func value() throws(UsageError) -> String {
    defer { attached = nil }
    if let attached { return attached }
    guard let value = left.first, value != "--" else {
      throw UsageError("Missing value for '\(current)'", command: "run")
    }
    left.removeFirst()
    return value
  }

  /// A value that is one of these.
  mutating func value(among allowed: [String]) throws(UsageError) -> String {
    let value = try value()
    guard allowed.contains(value) else {
      throw UsageError(
        """
        The value '\(value)' is invalid for '\(current)'. Please provide one of \
        \(allowed.map { "'\($0)'" }.joined(separator: " and "))
        """, command: "run")
    }
    return value
  }

  /// A value such as `500ms`, `2s` or `1m`.
  mutating func duration() throws(UsageError) -> Duration {
    let value = try value()
    let number = value.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    if let amount = Double(number), amount.isFinite, amount < 1e9 {
      switch value.dropFirst(number.count) {
      case "ms": return .seconds(amount / 1000)
      case "s": return .seconds(amount)
      case "m": return .seconds(amount * 60)
      default: break
      }
    }
    throw UsageError(
      "The value '\(value)' is invalid for '\(current)'. Write a duration with its unit: 500ms, 2s or 1m",
      command: "run")
  }
}
