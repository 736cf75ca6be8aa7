/// A table while its document is being read: whether more may be added depends on how it came to be.
final class TableBuilder {
  enum Origin {
    /// `[table]`, or the document.
    case header
    /// `[table.other]` needed it; a header of its own may follow.
    case superTable
    /// `table.key = …`.
    case dotted
    /// `{ … }`, complete.
    case inline
  }

  enum Node {
    case value(Value)
    case table(TableBuilder)
    /// Of `[[table]]` headers.
    case tables([TableBuilder])
  }

  var origin: Origin
  var offset: Int
  private var keys: [Key] = []
  /// By the keys' bytes: strings are also equal that look alike.
  private var nodes: [[UInt8]: Node] = [:]

  init(_ origin: Origin, at offset: Int) {
    self.origin = origin
    self.offset = offset
  }

  subscript(name: String) -> Node? { nodes[Array(name.utf8)] }

  /// Where a key stands first.
  func offset(of name: String) -> Int? { keys.first { $0.name.utf8.elementsEqual(name.utf8) }?.offset }

  func add(_ key: Key, _ node: Node) {
    keys.append(key)
    nodes[Array(key.name.utf8)] = node
  }

  func replace(_ name: String, _ node: Node) { nodes[Array(name.utf8)] = node }

  /// The table, as far as it has been read.
  var table: Table {
    Table(
      entries: keys.compactMap { key in
        nodes[Array(key.name.utf8)].map {
          Table.Entry(key: key.name, value: $0.value(at: key.offset), keyOffset: key.offset)
        }
      })
  }

  /// Nothing may be added any more, here or in the tables that were made with dotted keys.
  func complete() {
    origin = .inline
    for case .table(let table) in nodes.values { table.complete() }
  }
}

extension TableBuilder.Node {
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
