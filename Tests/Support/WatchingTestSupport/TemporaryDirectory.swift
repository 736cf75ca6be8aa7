internal import Glibc

/// A new directory that is deleted with everything in it when nobody holds it any more. mkdtemp(3).
package final class TemporaryDirectory: Sendable {
  package let path: String

  package init(in parent: String = "/tmp") {
    var template = Array("\(parent)/watching.XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { fatalError("mkdtemp: \(errno)") }
    path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  deinit { Files.deleteTree(path) }

  /// The path of this entry.
  package subscript(_ name: String) -> String { "\(path)/\(name)" }
}
