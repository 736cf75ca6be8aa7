// The format in which toml-test compares documents (https://github.com/toml-lang/toml-test#json-encoding).

extension Document {
  /// The document as JSON, with each value as `{"type": "integer", "value": "1"}`.
  package var taggedJSON: String { Self.json(root) }

  private static func json(_ table: Table) -> String {
    "{" + table.entries.map { "\(quoted($0.key)): \(json($0.value))" }.joined(separator: ", ") + "}"
  }

  private static func json(_ value: Value) -> String {
    switch value.content {
    case .string(let text): tagged("string", text)
    case .integer(let number): tagged("integer", "\(number)")
    case .float(let number): tagged("float", number.isNaN ? "nan" : "\(number)")
    case .boolean(let flag): tagged("bool", "\(flag)")
    case .date(let date): tagged(date.kind.rawValue, date.text)
    case .array(let values): "[" + values.map(json).joined(separator: ", ") + "]"
    case .table(let table): json(table)
    }
  }

  /// Returns a value with its type.
  private static func tagged(_ type: String, _ value: String) -> String {
    "{\"type\": \"\(type)\", \"value\": \(quoted(value))}"
  }

  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": quoted += "\\\(scalar)"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
