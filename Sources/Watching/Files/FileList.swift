/// The files of a directory, with their stamps if they have been looked at. The list is compact: each name
/// takes two bytes more than its length. A long list becomes a table when one of its files is asked for, since
/// a search of the list would make the time for many saved files quadratic.
struct FileList {
  /// The number of files from which on a list is long.
  private static let isLong = 64

  /// The length, the bytes and a terminating zero of each name.
  private var names: [UInt8] = []

  /// The stamps in the order of ``names``. Empty if no file has been looked at.
  private var stamps: [FileStamp] = []

  /// The stamp of each file by the bytes of its name, in place of ``names`` and ``stamps``.
  private var table: [[UInt8]: FileStamp]?

  /// The number of files in ``names``.
  private var listed = 0

  /// The number of files.
  var count: Int { table?.count ?? listed }

  /// Adds a file that is not in the list.
  mutating func append(_ name: UnsafeBufferPointer<UInt8>, _ stamp: FileStamp) {
    if table != nil {
      table?[Array(name)] = stamp
      return
    }
    names.reserveCapacity(names.count + name.count + 2)
    names.append(UInt8(name.count))
    names.append(contentsOf: name)
    names.append(0)
    if stamp != .none || !stamps.isEmpty {
      stamps += Array(repeating: .none, count: listed - stamps.count)
      stamps.append(stamp)
    }
    listed += 1
  }

  /// The stamp of a file, or `nil` if it is not in the list. Setting it adds, changes or removes the file.
  subscript(name: String) -> FileStamp? {
    mutating get {
      makeTableIfLong()
      if let table { return table[Array(name.utf8)] }
      return position(of: name).map { stamp(at: $0.index) }
    }
    set {
      makeTableIfLong()
      if table != nil {
        table?[Array(name.utf8)] = newValue
        return
      }
      var name = name
      guard let (index, offset) = position(of: name) else {
        if let newValue { name.withUTF8 { append($0, newValue) } }
        return
      }
      if let newValue {
        if stamps.isEmpty { stamps = Array(repeating: .none, count: listed) }
        stamps[index] = newValue
      } else {
        names.removeSubrange(offset..<offset + Int(names[offset]) + 2)
        if !stamps.isEmpty { stamps.remove(at: index) }
        listed -= 1
      }
    }
  }

  /// Calls `body` with the name of each file, which is followed by a zero, and its stamp.
  func forEach(_ body: (UnsafeBufferPointer<UInt8>, FileStamp) -> Void) {
    for (name, stamp) in table ?? [:] {
      (name + [0]).withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0.dropLast()), stamp) }
    }
    names.withUnsafeBufferPointer { names in
      var offset = 0
      for index in 0..<listed {
        let length = Int(names[offset])
        body(UnsafeBufferPointer(rebasing: names[offset + 1..<offset + 1 + length]), stamp(at: index))
        offset += length + 2
      }
    }
  }

  /// The names of all files, sorted.
  var sorted: [String] {
    var found: [String] = []
    found.reserveCapacity(count)
    forEach { name, _ in found.append(String(decoding: name, as: UTF8.self)) }
    return found.sorted()
  }

  /// Makes the table if the list is long.
  private mutating func makeTableIfLong() {
    guard table == nil, listed >= Self.isLong else { return }
    var table: [[UInt8]: FileStamp] = [:]
    table.reserveCapacity(listed)
    forEach { name, stamp in table[Array(name)] = stamp }
    self = FileList()
    self.table = table
  }

  /// Returns the stamp at an index.
  private func stamp(at index: Int) -> FileStamp { stamps.isEmpty ? .none : stamps[index] }

  /// Returns the index of a file and the offset of its name, or `nil` if it is not in the list.
  private func position(of name: String) -> (index: Int, offset: Int)? {
    var name = name
    return name.withUTF8 { wanted in
      names.withUnsafeBufferPointer { names in
        var offset = 0
        for index in 0..<listed {
          let length = Int(names[offset])
          if length == wanted.count, names[offset + 1..<offset + 1 + length].elementsEqual(wanted) {
            return (index, offset)
          }
          offset += length + 2
        }
        return nil
      }
    }
  }
}
