import Foundation

// The ways in which editors save.
extension TemporaryPackage {
  /// The file that defines the server's behaviour.
  var behaviour: String { root + "/Sources/App/behaviour.h" }

  /// Saves the server's behaviour: its greeting, and more lines of C.
  func save(_ greeting: String, _ more: String...) throws {
    try save(header: header(greeting, more))
  }

  /// Returns the text that a save of this greeting writes.
  func header(_ greeting: String, _ more: [String] = []) -> String {
    (["#pragma once", "#define GREETING \"\(greeting)\""] + more).joined(separator: "\n") + "\n"
  }

  /// Saves as most editors do: a new file is renamed over the old one.
  func save(header: String) throws { try replace(behaviour, header) }

  /// Replaces a file with its new content in one step.
  func replace(_ path: String, _ text: String, modified: timespec? = nil) throws {
    let new = directory + "/new"
    try Data(text.utf8).write(to: URL(filePath: new))
    if let modified { utimensat(AT_FDCWD, new, [modified, modified], 0) }
    try move(new, path)
  }

  /// Truncates the file and writes it again, as `cat >` does.
  func overwrite(_ path: String, _ text: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor != -1 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    for byte in text.utf8 { file.write(Data([byte])) }
  }

  /// Renames a file (rename(2)).
  func move(_ path: String, _ target: String) throws {
    guard rename(path, target) == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
  }

  /// Makes a directory with these files in it.
  func makeDirectory(_ path: String, _ files: [String: String] = [:]) throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    for (name, text) in files { try Data(text.utf8).write(to: URL(filePath: path + "/" + name)) }
  }

  /// Writes a manifest that declares an executable of each name, all of the same sources, or a library if
  /// there is no name.
  func declare(_ products: [String], resources: [String] = []) throws {
    for name in products where name != "App" && !exists(root + "/Sources/" + name) {
      try FileManager.default.copyItem(atPath: root + "/Sources/App", toPath: root + "/Sources/" + name)
    }
    let copies = resources.map { ".copy(\"\($0)\")" }.joined(separator: ", ")
    let targets = products.map { ".executableTarget(name: \"\($0)\", resources: [\(copies)])" }
    if products.isEmpty {
      try move(root + "/Sources/App/main.c", root + "/Sources/App/library.c")
      try makeDirectory(root + "/Sources/App/include")
    }
    try replace(
      root + "/Package.swift",
      """
      // swift-tools-version: 6.1
      import PackageDescription

      let package = Package(
        name: "EpollServer", targets: [\(targets.isEmpty ? ".target(name: \"App\")" : targets.joined(separator: ", "))])

      """)
  }

  /// Returns the content of a file.
  func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

  func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

  /// Runs git in the package, without the user's configuration.
  func git(_ arguments: String...) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["git", "-C", root] + arguments
    var environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("GIT_") }
    environment["GIT_CONFIG_NOSYSTEM"] = "1"
    environment["HOME"] = directory
    environment["XDG_CONFIG_HOME"] = directory
    process.environment = environment
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw POSIXError(.EINVAL) }
  }

  /// Makes a FIFO outside the package.
  func makeGate() throws -> Gate { try Gate(path: "\(directory)/gate-\(UUID().uuidString.prefix(4))") }
}
