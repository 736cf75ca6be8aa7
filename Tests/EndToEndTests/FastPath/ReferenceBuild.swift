import Foundation
import Posix

/// A second copy of a package, built by `swift build` alone.
struct ReferenceBuild {
  enum Outcome: Equatable {
    case printed(String)
    /// The errors, without the directory of the file.
    case failed([String])
  }

  /// The result of a build.
  struct Built {
    let outcome: Outcome
    /// The warnings of the compiler, with the paths of files as they are.
    let warnings: [String]
  }

  let root: String
  private let package: TemporaryPackage

  /// Creates both copies of the edited program, with a dependency in a repository of its own.
  init(_ package: TemporaryPackage) throws {
    self.package = package
    root = package.directory + "/reference/package"
    let dependency = package.directory + "/Dependency"
    try Self.write(EditedProgram.dependency, to: dependency)
    let script = """
      cd '\(dependency)' && git init -q && git add . && \
      git -c user.name=t -c user.email=t@example.com commit -q -m 1 && git tag 1.0.0 && \
      mkdir '\(package.directory)/reference' && cp -r . ../reference/Dependency
      """
    _ = try Self.run(["/bin/sh", "-c", script], package.environment())
    try FileManager.default.removeItem(atPath: package.root + "/Sources")
    for root in [root, package.root] {
      try Self.write(
        EditedProgram().files.merging(["Package.swift": EditedProgram.manifest]) { $1 }, to: root)
    }
  }

  /// Saves all sources with a time in whole seconds that is after the start of all earlier builds. Otherwise
  /// `swift build` alone would not compile a source that is saved soon after its start.
  func save(_ program: EditedProgram) throws {
    let files = program.files
    try Self.write(files, to: root)
    for path in FileManager.default.subpaths(atPath: root + "/Sources") ?? [] where path.contains(".") {
      if files["Sources/\(path)"] == nil { unlink("\(root)/Sources/\(path)") }
    }
  }

  /// Builds and runs this copy.
  func build() throws -> Built { try Self.build(root, package.environment()) }

  /// Builds and runs the package at `root`.
  static func build(_ root: String, _ environment: [String]) throws -> Built {
    // The driver compares the time of a module's interface with the start of the last compilation of its
    // importers, in whole seconds.
    let second = time(nil)
    while time(nil) == second { usleep(1000) }
    let (ending, text) = try run(["/usr/bin/env", "swift", "build", "--package-path", root], environment)
    let lines = text.split(separator: "\n").map(String.init).filter { $0.hasPrefix("/") }
    let warnings = lines.filter { $0.contains(": warning: ") }
    if ending == .exited(0) {
      let (_, output) = try run([root + "/.build/debug/App"], environment)
      let result = output.split(separator: "\n").first { $0.hasPrefix("result: ") }.map(String.init)
      return Built(outcome: .printed(comparable(result ?? output)), warnings: warnings)
    }
    let errors = lines.filter { $0.contains(": error: ") }
    return Built(outcome: .failed(comparable(errors: errors)), warnings: warnings)
  }

  /// Returns the warnings in these files, which every way of building compiles. Each is returned once and
  /// without the directory.
  static func comparable(warnings: some Sequence<String>, in paths: Set<String>) -> [String] {
    let texts = warnings.compactMap { line in
      line.firstRange(of: "/Sources/").map { String(line[$0.lowerBound...].dropFirst()) }
    }
    return Set(texts.filter { paths.contains(String($0.prefix { $0 != ":" })) }).sorted()
  }

  /// Returns each error once and without the file's name.
  static func comparable(errors: some Sequence<String>) -> [String] {
    Set(errors.map { String($0.drop { $0 != ":" }) }).sorted()
  }

  /// Returns a line without addresses.
  static func comparable(_ line: String) -> String {
    line.replacing(/\$[0-9a-f]+/, with: "$")
  }

  private static func write(_ files: [String: String], to root: String) throws {
    for (path, text) in files {
      let url = URL(filePath: root + "/" + path)
      if (try? String(contentsOf: url, encoding: .utf8)) == text { continue }
      let before = FileSystem.identity(url.path)?.modified ?? 0
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: url)
      let second = max(time(nil), Int(before / 1_000_000_000)) + 1
      utimensat(AT_FDCWD, url.path, Array(repeating: timespec(tv_sec: second, tv_nsec: 0), count: 2), 0)
    }
  }

  /// Runs a program to its end.
  static func run(_ words: [String], _ environment: [String]) throws -> (ChildProcess.Ending, String) {
    let command = Command(
      path: words[0], arguments: words, environment: environment, directory: "/", parentDeathSignal: SIGKILL)
    return try ChildProcess.run(command)
  }
}
