/// The files of a directory, with their stamps if they have been looked at. The list is compact: each name
/// takes two bytes more than its length.
struct FileList {
  /// The length, the bytes and a terminating zero of each name.
  private var names: [UInt8] = []

  /// The stamps in the order of ``names``. Empty if no file has been looked at.
  private var stamps: [FileStamp] = []

  /// The number of files.
  private(set) var count = 0

  /// Adds a file that is not in the list.
  mutating func append(_ name: UnsafeBufferPointer<UInt8>, _ stamp: FileStamp) {
    names.reserveCapacity(names.count + name.count + 2)
    names.append(UInt8(name.count))
    names.append(contentsOf: name)
    names.append(0)
    if stamp != .none || !stamps.isEmpty {
      stamps += Array(repeating: .none, count: count - stamps.count)
      stamps.append(stamp)
    }
    count += 1
  }

  /// The stamp of a file, or `nil` if it is not in the list. Setting it adds, changes or removes the file.
  subscript(name: String) -> FileStamp? {
    get { position(of: name).map { stamp(at: $0.index) } }
    set {
      var name = name
      guard let (index, offset) = position(of: name) else {
        if let newValue { name.withUTF8 { append($0, newValue) } }
        return
      }
      if let newValue {
        if stamps.isEmpty { stamps = Array(repeating: .none, count: count) }
        stamps[index] = newValue
      } else {
        names.removeSubrange(offset..<offset + Int(names[offset]) + 2)
        if !stamps.isEmpty { stamps.remove(at: index) }
        count -= 1
      }
    }
  }

  /// Calls `body` with the name of each file, which is followed by a zero, and its stamp.
  func forEach(_ body: (UnsafeBufferPointer<UInt8>, FileStamp) -> Void) {
    names.withUnsafeBufferPointer { names in
      var offset = 0
      for index in 0..<count {
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

  /// Returns the stamp at an index.
  private func stamp(at index: Int) -> FileStamp { stamps.isEmpty ? .none : stamps[index] }

  /// Returns the index of a file and the offset of its name, or `nil` if it is not in the list.
  private func position(of name: String) -> (index: Int, offset: Int)? {
    var name = name
    return name.withUTF8 { wanted in
      names.withUnsafeBufferPointer { names in
        var offset = 0
        for index in 0..<count {
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
