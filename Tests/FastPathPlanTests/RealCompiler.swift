import Foundation

/// Sources in a directory of their own, and the compiler that the machine has.
final class RealCompiler {
  /// The program ended with an error, and printed this.
  struct Failed: Error { let printed: String }

  let directory: URL

  /// Makes an empty directory.
  init() throws {
    directory = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
      .appending(path: "compiler-\(UUID())")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: directory) }

  /// Writes a file, whose path is relative to the directory.
  func write(_ name: String, _ text: String) throws {
    let url = directory.appending(path: name)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  /// Makes a directory, if there is none.
  func makeDirectory(_ name: String) throws {
    try FileManager.default.createDirectory(
      at: directory.appending(path: name), withIntermediateDirectories: true)
  }

  /// Removes a file.
  func remove(_ name: String) throws {
    try FileManager.default.removeItem(at: directory.appending(path: name))
  }

  /// The bytes of a file.
  func bytes(of name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: directory.appending(path: name)))
  }

  /// Runs a program in the directory, and returns what it printed. Throws ``Failed``.
  @discardableResult
  func run(_ words: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = words
    process.currentDirectoryURL = directory
    let pipe = Pipe()
    (process.standardOutput, process.standardError) = (pipe, pipe)
    try process.run()
    let printed = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    if process.terminationStatus != 0 { throw Failed(printed: printed) }
    return printed
  }

  /// Compiles sources of a module together with the others, as hotreload does. Each leaves a `.o`, a `.swiftdeps` and a
  /// `.dia` beside it.
  @discardableResult
  func compile(
    _ primaries: [String], with others: [String] = [], module: String = "M", _ options: [String] = []
  )
    throws -> String
  {
    let outputs = primaries.flatMap { source in
      [
        "-emit-reference-dependencies-path", source + ".swiftdeps", "-serialize-diagnostics-path",
        source + ".dia", "-o", source + ".o",
      ]
    }
    let files = others + primaries.flatMap { ["-primary-file", $0] }
    return try run(
      ["swiftc", "-frontend", "-c", "-module-name", module, "-parse-as-library"] + files + outputs + options)
  }
}
