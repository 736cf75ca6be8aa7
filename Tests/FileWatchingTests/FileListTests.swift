import Foundation
import RandomNumbers
import Testing

@testable import FileWatching

@Suite("The list of a directory's files")
struct FileListTests {
  private static let stamps = [FileStamp.none, .unsaved]

  @Test("holds what was put into it, whether it is short or long", arguments: [5, 63, 64, 65, 500])
  func model(size: Int) {
    var random = SplitMix64(seed: UInt64(size))
    var list = FileList()
    var model: [String: FileStamp] = [:]
    for number in 0..<size {
      let name = "file \(number)"
      Array(name.utf8).withUnsafeBufferPointer { list.append($0, .none) }
      model[name] = FileStamp.none
    }
    for _ in 0..<size * 4 {
      let name = "file \(Int.random(in: 0..<size * 2, using: &random))"
      #expect(list[name] == model[name])
      let stamp = Bool.random(using: &random) ? Self.stamps.randomElement(using: &random) : nil
      list[name] = stamp
      model[name] = stamp
      #expect(list.count == model.count)
    }
    #expect(list.sorted == model.keys.sorted())
    #expect(content(list) == model)
  }

  @Test("knows a name by its bytes: two that look the same are two files", arguments: [0, 100])
  func bytes(others: Int) {
    var list = FileList()
    for number in 0..<others { list["\(number)"] = FileStamp.none }
    list["e\u{301}"] = .unsaved
    #expect(list["\u{e9}"] == nil)
    list["\u{e9}"] = FileStamp.none
    #expect(list.count == others + 2)
    #expect(list["e\u{301}"] == .unsaved)
  }

  /// Returns the files of a list. Each name must be followed by a zero.
  private func content(_ list: FileList) -> [String: FileStamp] {
    var found: [String: FileStamp] = [:]
    list.forEach { name, stamp in
      guard let start = name.baseAddress else { return }
      found[String(cString: start)] = stamp
    }
    return found
  }
}
