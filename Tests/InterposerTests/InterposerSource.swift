import FastPathLink
import Foundation
import Interposer
import Testing

/// The source of the interposer in a directory of its own, as it is compiled at the user's.
struct InterposerSource {
  typealias File = (path: String, text: String)

  /// The directory.
  let directory: String
  /// The paths of all files, below the directory.
  let paths: [String]

  /// Writes the embedded files, and `planted`.
  init(planted: [File] = []) throws {
    let files = Interposer.sources.map { ($0.path, String(decoding: $0.bytes, as: UTF8.self)) } + planted
    directory = NSTemporaryDirectory() + "/interposer-\(UUID().uuidString.prefix(8))"
    paths = files.map(\.0)
    for (path, text) in files {
      let file = URL(filePath: directory + "/" + path)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
  }

  /// Removes the directory.
  func remove() { try? FileManager.default.removeItem(atPath: directory) }

  /// Compiles all files in the directory. Returns what the compiler prints, and its status if it failed.
  func compile(with compiler: String?, _ arguments: [String]) throws -> String {
    guard let compiler else { throw POSIXError(.ENOENT) }
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(filePath: compiler)
    process.arguments = arguments + paths.filter { $0.hasSuffix(".c") }
    process.currentDirectoryURL = URL(filePath: directory)
    (process.standardOutput, process.standardError) = (output, output)
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return text + (process.terminationStatus == 0 ? "" : "status \(process.terminationStatus)")
  }
}

/// Returns the names of the symbols of an object or a library that are not local, and whether it defines
/// them.
func globalSymbols(of path: String) throws -> [(name: String, isDefined: Bool)] {
  let bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
  let file = try #require(
    ElfFile(size: bytes.count) { offset, count in
      offset >= 0 && count >= 0 && offset + count <= bytes.count ? Array(bytes[offset..<offset + count]) : nil
    })
  let symbols = try #require(ElfSymbols(file))
  return symbols.globals.map { (String(decoding: symbols.name(of: $0), as: UTF8.self), $0.isDefined) }
}
