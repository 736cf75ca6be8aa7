import FastPathLink
import Foundation
import Testing

/// A directory for the outputs of compilers.
final class Toolchain {
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  let directory = FileManager.default.temporaryDirectory.appending(path: "fast-path-\(UUID())").path

  init() throws {
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: directory) }

  /// Runs a command in the directory, and returns what it printed. Throws if it failed.
  @discardableResult
  func run(_ words: [String], environment: [String: String] = [:]) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = words
    process.currentDirectoryURL = URL(filePath: directory)
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    if process.terminationStatus != 0 { throw Failure(description: "\(words.first ?? ""): \(output)") }
    return output
  }

  func path(_ name: String) -> String { "\(directory)/\(name)" }

  func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: URL(filePath: path(name)))
  }

  func write(_ bytes: [UInt8], to name: String) throws {
    try Data(bytes).write(to: URL(filePath: path(name)))
  }

  func read(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: path(name)))) }

  /// Compiles C to an object that may be part of a library.
  func compileC(_ source: String, to name: String) throws -> [UInt8] {
    try write(source, to: name + ".c")
    try run(["clang", "-c", "-fPIC", name + ".c", "-o", name])
    return try read(name)
  }

  /// Links a shared library.
  func linkLibrary(_ objects: [String], to name: String, _ options: [String] = []) throws -> [UInt8] {
    try run(
      ["clang", "-shared", "-fuse-ld=lld", "-Wl,-soname,\(name)", "-Wl,--hash-style=gnu", "-o", name]
        + options
        + objects)
    return try read(name)
  }

  func file(_ name: String) throws -> ElfFile { try #require(elf(try read(name))) }

  func symbols(_ name: String) throws -> ElfSymbols {
    try #require(elf(try read(name)).flatMap { ElfSymbols($0) })
  }
}

/// Returns the file with these bytes.
func elf(_ bytes: [UInt8]) -> ElfFile? {
  ElfFile(size: bytes.count) { offset, count in Array(bytes.dropFirst(offset).prefix(count)) }
}

/// Reads everything from a file. Returns whether it is valid.
func readAll(_ bytes: [UInt8]) -> Bool {
  guard let file = elf(bytes) else { return false }
  _ = autolinkEntries(file)
  _ = ElfDynamic(file)
  guard let symbols = ElfSymbols(file) else { return false }
  _ = ObjectSymbols(symbols)
  let lazySymbols = ElfSymbols(file, isLazy: true)
  for symbol in symbols.globals {
    _ = lazySymbols?.definition(of: symbols.key(of: symbol), symbols.name(of: symbol))
    _ = symbols.definition(of: symbols.key(of: symbol), symbols.name(of: symbol))
  }
  return true
}
