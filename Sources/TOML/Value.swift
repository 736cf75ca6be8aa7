/// A value of a TOML document, and where it stands.
package struct Value: Sendable {
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
  /// The byte at which it begins; of a table, its header or first key.
  package let offset: Int
}

/// A table, in the order of the document.
package struct Table: Sendable {
  package struct Entry: Sendable {
    package let key: String
    package let value: Value
    /// The byte at which the key begins.
    package let keyOffset: Int
  }

  package let entries: [Entry]

  /// The entry with this key.
  package subscript(key: String) -> Entry? { entries.first { $0.key == key } }
}

/// A date, a time, or both, with or without an offset (RFC 3339 §5.6).
package struct DateTime: Equatable, Sendable {
  package enum Kind: String, Sendable {
    case offset = "datetime"
    case local = "datetime-local"
    case date = "date-local"
    case time = "time-local"
  }

  package let kind: Kind
  /// In RFC 3339's form: `T` between date and time, seconds always, `Z` in capitals.
  package let text: String
}

extension Value.Content {
  /// What a person calls it.
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
