/// A table while its document is parsed. The origin of the table decides whether more keys may be added.
final class TableBuilder {
  /// The way in which a table was created.
  enum Origin {
    /// A header `[table]`, or the document itself.
    case header
    /// A header `[table.other]`. A header of its own may follow.
    case superTable
    /// A dotted key, `table.key = …`.
    case dotted
    /// An inline table `{ … }`, which is complete.
    case inline
  }

  /// The content of a key.
  enum Node {
    case value(Value)
    case table(TableBuilder)
    /// An array of tables from `[[table]]` headers.
    case tables([TableBuilder])
  }

  /// The way in which the table was created.
  var origin: Origin
  /// The byte offset of the header or the first key.
  var offset: Int
  /// The keys, in the order of the document.
  private var keys: [Key] = []
  /// The content of each key, by the bytes of the key. Strings also compare equal if they are only
  /// canonically equivalent.
  private var nodes: [[UInt8]: Node] = [:]

  init(_ origin: Origin, at offset: Int) {
    self.origin = origin
    self.offset = offset
  }

  /// The content of a key; `nil` if it is not in the table.
  subscript(name: String) -> Node? { nodes[Array(name.utf8)] }

  /// Returns the byte offset of the first occurrence of a key; `nil` if it is not in the table.
  func offset(of name: String) -> Int? { keys.first { $0.name.utf8.elementsEqual(name.utf8) }?.offset }

  /// Adds a key that is not in the table yet.
  func add(_ key: Key, _ node: Node) {
    keys.append(key)
    nodes[Array(key.name.utf8)] = node
  }

  /// Replaces the content of a key.
  func replace(_ name: String, _ node: Node) { nodes[Array(name.utf8)] = node }

  /// The table as far as it has been parsed.
  var table: Table {
    Table(
      entries: keys.compactMap { key in
        nodes[Array(key.name.utf8)].map {
          Table.Entry(key: key.name, value: $0.value(at: key.offset), keyOffset: key.offset)
        }
      })
  }

  /// Completes the table, and the tables in it that dotted keys have created. No keys may be added
  /// afterwards.
  func complete() {
    origin = .inline
    for case .table(let table) in nodes.values { table.complete() }
  }
}

extension TableBuilder.Node {
  /// Returns the content as a value. `offset` is that of the key.
  fileprivate func value(at offset: Int) -> Value {
    switch self {
    case .value(let value): value
    case .table(let builder): Value(content: .table(builder.table), offset: builder.offset)
    case .tables(let builders):
      Value(
        content: .array(builders.map { Value(content: .table($0.table), offset: $0.offset) }), offset: offset)
    }
  }
}
