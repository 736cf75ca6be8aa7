/// What a compiler has read to make an object, as it writes that down for make(1): `object : file file …`, where a space in
/// a name is escaped.
package struct DependencyFile {
  /// All that is named behind the first colon.
  package let inputs: [String]

  /// Reads the text.
  package init(_ text: [UInt8]) {
    var inputs: [String] = []
    var name: [UInt8] = []
    var rest = text.drop { $0 != UInt8(ascii: ":") }.dropFirst()
    func end() {
      if !name.isEmpty { inputs.append(String(decoding: name, as: UTF8.self)) }
      name = []
    }
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "\\") where rest.first == UInt8(ascii: "\n"): end()
      case UInt8(ascii: "\\") where rest.first.map { " #\\:".utf8.contains($0) } == true:
        rest.popFirst().map { name.append($0) }
      case UInt8(ascii: "$") where rest.first == UInt8(ascii: "$"):
        rest = rest.dropFirst()
        name.append(byte)
      case UInt8(ascii: " "), UInt8(ascii: "\n"): end()
      default: name.append(byte)
      }
    }
    end()
    self.inputs = inputs
  }

  /// Where clang writes it for an object of SwiftPM's: `low.c.d` for `low.c.o`.
  package static func path(of object: String) -> String { String(object.dropLast(2)) + ".d" }
}
