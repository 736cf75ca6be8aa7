import Foundation
import Testing

/// A program of a few small sources that `hotreload run` builds, and its output after each save.
final class SmallProgram {
  let package: TemporaryPackage
  let hotReload: RunningHotReload
  /// The texts by their path in the package.
  private(set) var files: [String: String]
  private var shownErrors = 0

  /// Writes a package with these targets, which are written as in a manifest, starts hotreload on its program
  /// `App`, and waits until that has printed `result: ` and this text.
  init(
    _ package: TemporaryPackage, targets: [String], _ files: [String: String], prints result: String,
    environment: [String: String?] = [:]
  ) throws {
    self.package = package
    self.files = files
    self.files["Package.swift"] = """
      // swift-tools-version: 6.1
      import PackageDescription
      let package = Package(name: "Small", targets: [\(targets.joined(separator: ", "))])

      """
    try FileManager.default.removeItem(atPath: package.root + "/Sources")
    try Self.write(self.files, to: package.root)
    hotReload = try package.hotReload(["run", "--verbose", "App"], environment: environment)
    _ = try nextBuild()
    try hotReload.await("fast builds are ready")
    #expect(try hotReload.output.await("result: ") == "result: \(result)")
  }

  /// Returns the file `App.swift` of a program that prints these expressions.
  static func app(_ expressions: String, imports: String...) -> String {
    imports.map { "import \($0)\n" }.joined()
      + "@main struct App { static func main() { print(\"result:\", \(expressions)) } }\n"
  }

  /// Saves these files at once, and removes those that are `nil`. Expects that the program then prints
  /// `result: ` and this text.
  func save(
    _ changes: [String: String?], prints result: String, isFast: Bool = true,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try replace(changes)
    let line = try nextBuild()
    #expect(line.contains("] built in "), sourceLocation: sourceLocation)
    #expect(line.contains("(fast)") == isFast, "\(why)", sourceLocation: sourceLocation)
    if !line.contains("(fast)") { try hotReload.await("fast builds are ready") }
    let printed = try hotReload.output.await("result: ")
    #expect(printed == "result: \(result)", sourceLocation: sourceLocation)
  }

  /// Saves these files. Expects that the build fails with an error that contains this text.
  func save(
    _ changes: [String: String?], fails error: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try replace(changes)
    #expect(try nextBuild().contains("build failed"), sourceLocation: sourceLocation)
    let errors = hotReload.errors.lines(with: ": error: ")
    #expect(
      errors.dropFirst(shownErrors).contains { $0.contains(error) }, "\(errors)",
      sourceLocation: sourceLocation)
    shownErrors = errors.count
  }

  /// Puts the files in place without waiting for anything.
  func replace(_ changes: [String: String?]) throws {
    for (path, text) in changes.sorted(by: { $0.key < $1.key }) {
      files[path] = text
      guard let text else {
        unlink("\(package.root)/\(path)")
        continue
      }
      let directory = URL(filePath: "\(package.root)/\(path)").deletingLastPathComponent()
      try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
      try package.replace("\(package.root)/\(path)", text)
    }
  }

  /// Expects that a clean build of the same files prints this text too.
  func expectClean(prints result: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let root = package.directory + "/clean"
    try Self.write(files, to: root)
    let outcome = try ReferenceBuild.build(root, package.environment()).outcome
    #expect(outcome == .printed("result: \(result)"), sourceLocation: sourceLocation)
    try FileManager.default.removeItem(atPath: root)
  }

  /// Returns the result of the next build.
  private func nextBuild() throws -> String {
    while true {
      let line = try hotReload.await("[hotreload] buil")
      if !line.contains("] building") { return line }
    }
  }

  private var why: Comment {
    Comment(rawValue: hotReload.errors.lines(with: "falling back to swift build").joined(separator: "\n"))
  }

  private static func write(_ files: [String: String], to root: String) throws {
    for (path, text) in files {
      let url = URL(filePath: root + "/" + path)
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: url)
    }
  }
}
