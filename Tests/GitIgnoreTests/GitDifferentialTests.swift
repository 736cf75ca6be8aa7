internal import Foundation
internal import GitIgnore
internal import RandomNumbers
internal import Testing

/// Comparisons of git's results with those of hotreload for the same trees.
@Suite struct GitDifferentialTests {
  @Test("git check-ignore names the same line for every path of seeded trees", arguments: [false, true])
  func agreesWithGit(ignoresCase: Bool) throws {
    let repository = try Repository(ignoresCase: ignoresCase)
    defer { repository.remove() }
    var random = SplitMix64(seed: ignoresCase ? 2 : 1)
    var ignored = 0
    for round in 0..<250 {
      let files = try repository.writeIgnoreFiles(using: &random)
      let ours = IgnoreFiles(
        top: repository.root,
        others: [
          IgnoreList(files["/.git/info/exclude"] ?? [], path: ".git/info/exclude", ignoresCase: ignoresCase)
        ],
        ignoresCase: ignoresCase
      ) { files[String($0.dropFirst(repository.root.count))] }
      for (path, git) in try repository.check() {
        let match = ours.match(
          repository.root + "/" + path, isDirectory: repository.directories.contains(path))
        let own = match.map { "\($0.path.replacing(repository.root + "/", with: "")):\($0.line)" } ?? ":"
        if own != git {
          Issue.record(
            "round \(round), \(path): git \(git), we \(own)\n\(files.mapValues { String(decoding: $0, as: UTF8.self) })"
          )
          return
        }
        if git != ":" { ignored += 1 }
      }
    }
    // With these seeds the patterns match something.
    #expect(ignored > 2000)
  }
}

/// A repository of git's with a fixed tree.
private struct Repository {
  let root: String
  let directories: Set<String>
  private let files: [String]

  init(ignoresCase: Bool) throws {
    root =
      URL(filePath: NSTemporaryDirectory()).resolvingSymlinksInPath()
      .appending(path: "gitignore-" + UUID().uuidString.prefix(8)).path
    let names = ["a", "b", "ab", "A", "a.c", "ba.c", "a b", "[a]", "#a", "!b", "a-", "x "]
    directories = Set(["a", "b", "ab", "A", "a/a", "a/b", "a/b/a", "b/ab", "b/ab/b", "a.c", "a/[a]", "x "])
    files =
      directories.sorted().flatMap { directory in names.map { "\(directory)/\($0)" } }
      .filter { [directories] in !directories.contains($0) }
      + names.filter { [directories] in !directories.contains($0) }
    for directory in directories {
      try FileManager.default.createDirectory(
        atPath: "\(root)/\(directory)", withIntermediateDirectories: true)
    }
    for file in files { try Data().write(to: URL(filePath: "\(root)/\(file)")) }
    _ = try git(["init", "-q"], input: Data())
    _ = try git(["config", "core.ignoreCase", "\(ignoresCase)"], input: Data())
  }

  func remove() { try? FileManager.default.removeItem(atPath: root) }

  /// Writes new patterns everywhere; returns the files by their paths below the root, with a slash in front.
  func writeIgnoreFiles(using random: inout SplitMix64) throws -> [String: [UInt8]] {
    var written: [String: [UInt8]] = [:]
    for directory in [""] + directories.sorted().map({ "/" + $0 }) {
      let path = "\(directory)/.gitignore"
      try? FileManager.default.removeItem(atPath: root + path)
      if directory.isEmpty || random.chance(4) { written[path] = random.ignoreFile() }
    }
    written["/.git/info/exclude"] = random.ignoreFile()
    for (path, bytes) in written { try Data(bytes).write(to: URL(filePath: root + path)) }
    return written
  }

  /// Returns `file:line` of the matching pattern for every path, and `:` if nothing matches.
  func check() throws -> [(String, String)] {
    let paths = files + directories.sorted()
    let output = try git(
      ["check-ignore", "--no-index", "--verbose", "--non-matching", "--stdin", "-z"],
      input: Data(paths.joined(separator: "\0").utf8))
    let fields = output.split(separator: 0, omittingEmptySubsequences: false).map {
      String(decoding: $0, as: UTF8.self)
    }
    return stride(from: 0, to: fields.count - 3, by: 4).map {
      (fields[$0 + 3], "\(fields[$0]):\(fields[$0 + 1])")
    }
  }

  private func git(_ arguments: [String], input: Data) throws -> Data {
    let process = Process()
    let (stdin, stdout) = (root + "/.git-input", Pipe())
    try input.write(to: URL(filePath: stdin))
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["git", "-C", root] + arguments
    var environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("GIT_") }
    environment["GIT_CONFIG_NOSYSTEM"] = "1"
    environment["HOME"] = root
    environment["XDG_CONFIG_HOME"] = root
    process.environment = environment
    process.standardInput = try FileHandle(forReadingFrom: URL(filePath: stdin))
    process.standardOutput = stdout
    try process.run()
    let output = try stdout.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return output
  }
}

extension SplitMix64 {
  fileprivate mutating func chance(_ of: Int) -> Bool { Int.random(in: 0..<of, using: &self) == 0 }

  private static let pieces = [
    "a", "b", "ab", "A", "*", "**", "?", "/", "/", "**/", "/**", "/**/", "*.c", ".c", "[a-b]", "[!a]", "[]a]",
    "[[a]",
    "[[:alpha:]]", "[[:upper:]", "[[:x:]]", "[a", "[^b-]", "[A-Z]", "[\\]a]", "\\", "\\*", "\\#", "\\!",
    "\\ ", " ", "-",
    "]", "[", "!", "#", "\\/", "***", "[a-", "[--a]", "[[:digit:][:lower:]]", "[b-a]", "[a-\\b]",
  ]

  fileprivate mutating func ignoreFile() -> [UInt8] {
    var text = chance(20) ? "\u{FEFF}" : ""
    for _ in 0..<Int.random(in: 0...3, using: &self) {
      if chance(4) { text += "!" }
      if chance(5) { text += "/" }
      for _ in 0..<Int.random(in: 0...4, using: &self) {
        text += Self.pieces.randomElement(using: &self) ?? ""
      }
      if chance(6) { text += "/" }
      if chance(8) { text += "  " }
      if chance(10) { text += "\r" }
      text += chance(20) ? "" : "\n"
    }
    return Array(text.utf8)
  }
}
