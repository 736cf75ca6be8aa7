internal import Settings
internal import TOML

// The conversion of values.
extension AirTranslation {
  /// Converts a command, or a list of commands.
  @Sendable static func command(_ content: Value.Content) -> SettingValue? {
    switch content {
    case .string(let text): text.isEmpty ? nil : .command(.shell(text))
    case .array(let values):
      joined(values, by: " && ").map { .command(.shell($0)) }
    default: nil
    }
  }

  /// Returns the strings of an array as one text; `nil` if there are none.
  static func joined(_ values: [Value], by separator: String) -> String? {
    let texts = texts(values)
    return texts.isEmpty ? nil : texts.joined(separator: separator)
  }

  /// Returns the strings of an array.
  static func texts(_ values: [Value]) -> [String] {
    values.compactMap { if case .string(let text) = $0.content { text } else { nil } }
  }

  /// Returns the conversion of a list of strings.
  static func list(_ map: @escaping @Sendable (String) -> String = { $0 })
    -> @Sendable (Value.Content) -> SettingValue?
  {
    { content in
      guard case .array(let values) = content else { return nil }
      return .strings(texts(values).map(map))
    }
  }

  /// Converts a time: an integer in milliseconds (in nanoseconds from 1,000,000 on), or a text.
  @Sendable static func milliseconds(_ content: Value.Content) -> SettingValue? {
    switch content {
    case .integer(let count): .duration(count < 1_000_000 ? .milliseconds(count) : .nanoseconds(count))
    case .string(let text): Duration(written: text).map { .duration($0) }
    default: nil
    }
  }

  /// Converts a port into an address.
  @Sendable static func loopback(_ content: Value.Content) -> SettingValue? {
    guard case .integer(let port) = content, port > 0 else { return nil }
    return .string("127.0.0.1:\(port)")
  }

  /// Converts a boolean.
  @Sendable static func flag(_ content: Value.Content) -> SettingValue? {
    if case .boolean(let flag) = content { .flag(flag) } else { nil }
  }

  /// Converts whether a program that has ended is started again. Air does so whatever its exit code is.
  @Sendable static func policy(_ content: Value.Content) -> SettingValue? {
    if case .boolean(let isRerun) = content { .string(isRerun ? "always" : "no") } else { nil }
  }
}
