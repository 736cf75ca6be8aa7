/// The list of files that a compiler has read to make an object, in the format of make(1): `object : file
/// file …`, with escaped spaces in names.
package struct DependencyFile {
  /// The paths after the first colon.
  package let inputs: [String]

  /// Parses the text of the file.
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

  /// Returns the path at which clang writes it for an object of SwiftPM, such as `low.c.d` for `low.c.o`.
  package static func path(of object: String) -> String { String(object.dropLast(2)) + ".d" }
}
