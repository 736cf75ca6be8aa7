/// The value of a setting.
package enum SettingValue: Equatable, Sendable {
  /// The setting is not set. Its help says what that means.
  case none
  case string(String)
  case flag(Bool)
  case duration(Duration)
  case count(Int)
  case strings([String])
  case command(CommandLine)
  /// Names and values, in the order in which they were written.
  case table([Pair])

  /// A name with its value.
  package struct Pair: Equatable, Sendable {
    package let name: String
    package let value: String

    package init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// A command, in one of two notations.
  package enum CommandLine: Equatable, Sendable {
    /// A text for `sh -c`.
    case shell(String)
    /// A program with its arguments, started without a shell.
    case arguments([String])

    /// The program that is started, and its arguments with `argv[0]`.
    package var words: [String] {
      switch self {
      case .shell(let text): ["/bin/sh", "-c", text]
      case .arguments(let arguments): arguments
      }
    }

    /// Returns a text for `sh -c` that passes the script's arguments to its only command. A text that already
    /// refers to the arguments is not changed. Returns `nil` if the text may contain several commands.
    package static func textTakingArguments(_ text: String) -> String? {
      if ["$@", "$*", "$1", "${@", "${*", "${1"].contains(where: text.contains) { return text }
      let command = text.trimmingSuffix { $0.isWhitespace || $0 == ";" }
      return command.contains { $0.isNewline || "|&;#()".contains($0) } ? nil : command + " \"$@\""
    }
  }
}

/// The error for a text that is not a valid value of a setting. It says what is wrong and what to write.
package struct InvalidValue: Error, Equatable, CustomStringConvertible {
  package let description: String
  /// The byte offset in the file, if it is not that of the value as a whole.
  let offset: Int?

  init(_ description: String, at offset: Int? = nil) {
    self.description = description
    self.offset = offset
  }
}

extension SettingValue {
  /// Parses a value of a variable or an option. The elements of a list are separated by newlines. Throws
  /// ``InvalidValue``.
  package init(_ text: String, of kind: Setting.Kind) throws(InvalidValue) {
    switch kind {
    case .string, .path: self = .string(text)
    case .choice(let choices):
      guard choices.contains(text) else {
        throw InvalidValue("'\(text)' is not one of \(choices.map { "'\($0)'" }.joined(separator: ", "))")
      }
      self = .string(text)
    case .flag:
      switch text {
      case "true", "1", "yes", "on": self = .flag(true)
      case "false", "0", "no", "off": self = .flag(false)
      default: throw InvalidValue("'\(text)' is neither 'true' nor 'false'")
      }
    case .duration:
      guard let duration = Duration(written: text) else {
        throw InvalidValue("'\(text)' is not a duration; write it with its unit: 500ms, 2s or 1m")
      }
      self = .duration(duration)
    case .count:
      guard let count = Int(text), count > 0 else {
        throw InvalidValue("'\(text)' is not a whole number from 1 on")
      }
      self = .count(count)
    case .restartPolicy:
      _ = try RestartPolicyText(text)
      self = .string(text)
    case .strings, .expressions, .globs, .extensions:
      let texts = text.split(separator: "\n").map(String.init)
      self = .strings(try texts.map { text throws(InvalidValue) in try Self.element(text, of: kind) })
    case .command: self = .command(.shell(text))
    case .table:
      self = .table(
        try text.split(separator: "\n").map { line throws(InvalidValue) in
          guard let equals = line.firstIndex(of: "="), equals != line.startIndex else {
            throw InvalidValue("'\(line)' is not NAME=value")
          }
          return Pair(String(line[..<equals]), String(line[line.index(after: equals)...]))
        })
    }
  }

  /// The value as it is written in `.reload.toml`.
  package var toml: String {
    switch self {
    case .none: "\"\""
    case .string(let text): Self.quoted(text)
    case .flag(let flag): flag ? "true" : "false"
    case .duration(let duration): Self.quoted(duration.written)
    case .count(let count): "\(count)"
    case .strings(let texts), .command(.arguments(let texts)):
      "[" + texts.map(Self.quoted).joined(separator: ", ") + "]"
    case .command(.shell(let text)): Self.quoted(text)
    case .table(let pairs):
      pairs.isEmpty
        ? "{}"
        : "{ " + pairs.map { "\(Self.key($0.name)) = \(Self.quoted($0.value))" }.joined(separator: ", ")
          + " }"
    }
  }

  /// Returns a text as a basic string of TOML, which is also a JSON string.
  package static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\t": quoted += "\\t"
      case "\r": quoted += "\\r"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }

  /// Returns a TOML key, in quotes if necessary.
  private static func key(_ name: String) -> String {
    let isBare =
      !name.isEmpty
      && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }
    return isBare ? name : quoted(name)
  }
}

extension Duration {
  /// Parses a duration such as `500ms`, `2s`, `1.5s`, `1m` or `1h`. Returns `nil` for another text, and for
  /// more than a year.
  package init?(written text: String) {
    let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    guard let amount = Double(number), amount.isFinite else { return nil }
    let units: [String: Double] = ["ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000]
    guard let unit = units[String(text.dropFirst(number.count))], amount * unit < 366 * 86_400_000 else {
      return nil
    }
    self = .microseconds(Int64((amount * unit * 1000).rounded()))
  }

  /// The duration as ``init(written:)`` parses it, in the largest unit that needs no fraction.
  package var written: String {
    let microseconds = Int64(self / .microseconds(1))
    for (unit, size) in [("h", 3_600_000_000), ("m", 60_000_000), ("s", 1_000_000), ("ms", 1000)]
      as [(String, Int64)]
    where microseconds != 0 && microseconds % size == 0 {
      return "\(microseconds / size)\(unit)"
    }
    return microseconds == 0 ? "0s" : "\(Double(microseconds) / 1000)ms"
  }
}

extension String {
  /// Returns the text without the characters at its end for which `isSuch` returns true.
  fileprivate func trimmingSuffix(_ isSuch: (Character) -> Bool) -> String {
    String(reversed().drop(while: isSuch).reversed())
  }
}
