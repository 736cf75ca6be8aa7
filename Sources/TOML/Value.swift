/// A value of a TOML document, with its byte offset.
package struct Value: Sendable {
  /// The content of a value, by its type.
  package enum Content: Sendable {
    case string(String)
    case integer(Int64)
    case float(Double)
    case boolean(Bool)
    case date(DateTime)
    case array([Value])
    case table(Table)
  }

  package let content: Content
  /// The offset of the value's first byte. For a table it is that of the header or the first key.
  package let offset: Int
}

/// A table, in the order of the document.
package struct Table: Sendable {
  /// A key with its value.
  package struct Entry: Sendable {
    package let key: String
    package let value: Value
    /// The offset of the key's first byte.
    package let keyOffset: Int
  }

  package let entries: [Entry]

  /// The entry with this key; `nil` if there is none.
  package subscript(key: String) -> Entry? { entries.first { $0.key == key } }
}

/// A date, a time, or both, with or without an offset (RFC 3339 §5.6).
package struct DateTime: Equatable, Sendable {
  /// The parts that are present. The raw values are those of toml-test.
  package enum Kind: String, Sendable {
    /// A date and a time with an offset from UTC.
    case offset = "datetime"
    /// A date and a time without an offset.
    case local = "datetime-local"
    /// A date.
    case date = "date-local"
    /// A time.
    case time = "time-local"
  }

  package let kind: Kind
  /// The text in the format of RFC 3339: with `T` between date and time, with seconds, and with `Z` in upper
  /// case.
  package let text: String
}

extension Value.Content {
  /// The type as it is called in messages.
  package var name: String {
    switch self {
    case .string: "a string"
    case .integer: "an integer"
    case .float: "a float"
    case .boolean: "a boolean"
    case .date: "a date or time"
    case .array: "an array"
    case .table: "a table"
    }
  }
}
