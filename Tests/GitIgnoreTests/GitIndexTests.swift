internal import Foundation
internal import GitIgnore
internal import RandomNumbers
internal import Testing

/// Comparisons of the files that git tracks with those that hotreload reads in its index.
@Suite struct GitIndexTests {
  @Test(
    "has the files that git has, in every version, with either hash, and split",
    arguments: [(2, "sha1"), (3, "sha1"), (4, "sha1"), (2, "sha256"), (4, "sha256")], [false, true])
  func agreesWithGit(_ format: (version: Int, hash: String), isSplit: Bool) throws {
    let repository = try TrackingRepository(format.hash)
    defer { repository.remove() }
    var random = SplitMix64(seed: UInt64(format.version))
    let version = "\(format.version == 4 ? 4 : 2)"
    var paths = Set<String>()
    try repository.write((0..<80).map { _ in random.path() })
    try repository.git(["add", "-Af", "."])
    try repository.git(["update-index", "--index-version", version])
    if isSplit { try repository.git(["update-index", "--split-index"]) }
    for round in 0..<6 {
      try repository.write(
        (0..<4).map { _ in random.path() } + ["long/" + String(repeating: "n", count: 200)])
      try repository.git(["add", "-Af", "."])
      // Entries with additional flags need version 3.
      if format.version == 3, let path = paths.randomElement(using: &random) {
        try repository.git(["update-index", "--skip-worktree", path])
      }
      if round > 1, let path = paths.sorted().randomElement(using: &random) {
        try repository.git(["rm", "-rq", "--cached", "--ignore-unmatch", path])
      }
      let listed = try repository.git(["ls-files", "-z"]).split(separator: "\0").map(String.init)
      let index = try repository.index()
      #expect(index.difference(from: GitIndex(of: listed)).map { String(decoding: $0, as: UTF8.self) } == [])
      #expect(index.count == listed.count)
      paths = Set(listed)
      for path in paths { #expect(index.contains(Array(path.utf8)[...])) }
      for path in paths where path.contains("/") {
        let directory = path.utf8.prefix(upTo: path.utf8.lastIndex(of: UInt8(ascii: "/")) ?? path.endIndex)
        #expect(index.containsFile(in: Array(directory)[...]))
        #expect(!index.contains(Array(directory)[...]))
      }
      for _ in 0..<20 {
        let path = random.path()
        #expect(index.contains(Array(path.utf8)[...]) == paths.contains(path))
      }
    }
    #expect(paths.count > 40)
    let isShared = try FileManager.default.contentsOfDirectory(atPath: repository.root + "/.git")
      .contains { $0.hasPrefix("sharedindex.") }
    #expect(isShared == isSplit)
  }

  @Test("an index of any bytes is read, or is not, and nothing else happens")
  func malformed() throws {
    for isSplit in [false, true] {
      let repository = try TrackingRepository("sha1")
      defer { repository.remove() }
      var random = SplitMix64(seed: 7)
      try repository.write((0..<30).map { _ in random.path() })
      try repository.git(["add", "-Af", "."])
      if isSplit {
        try repository.git(["update-index", "--split-index"])
        try repository.write(["more"])
        try repository.git(["add", "-Af", "."])
        try repository.git(["rm", "-q", "--cached", "more"])
      } else {
        try repository.git(["update-index", "--index-version", "4"])
      }
      let bytes = try repository.read("index")
      for _ in 0..<3000 {
        var damaged = bytes
        for _ in 0..<Int.random(in: 1...3, using: &random) {
          damaged[Int.random(in: 0..<damaged.count, using: &random)] =
            [0, 1, 0x7F, 0x80, 0xFF].randomElement(
              using: &random) ?? 0
        }
        if Bool.random(using: &random) {
          damaged.removeLast(Int.random(in: 0...damaged.count, using: &random))
        }
        _ = try? GitIndex(damaged) { try? repository.read($0) }
        _ = try? GitIndex(bytes) { _ in damaged }
      }
    }
    #expect(throws: GitIndex.Failure.self) { try GitIndex([]) }
    #expect(throws: GitIndex.Failure.self) { try GitIndex(Array("DIRC".utf8)) }
  }

  @Test("tells in which names it differs from another")
  func difference() {
    let index = GitIndex(of: ["a", "b/c", "d"])
    let names = index.difference(from: GitIndex(of: ["b", "b/c", "e"])).map {
      String(decoding: $0, as: UTF8.self)
    }
    #expect(names == ["a", "b", "d", "e"])
    #expect(index.difference(from: index).isEmpty)
    #expect(index.difference(from: GitIndex(of: [])).count == 3)
  }
}

/// A repository in which files are tracked.
private struct TrackingRepository {
  let root: String
  private let hashSize: Int

  init(_ hash: String) throws {
    root = NSTemporaryDirectory() + "gitindex-" + UUID().uuidString.prefix(8)
    hashSize = hash == "sha256" ? 32 : 20
    try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    try git(["init", "-q", "--object-format=\(hash)"])
    // This prevents that git writes the shared index again.
    try git(["config", "splitIndex.maxPercentChange", "100"])
  }

  func remove() { try? FileManager.default.removeItem(atPath: root) }

  /// Writes files, except where something else exists.
  func write(_ paths: [String]) throws {
    for path in paths {
      let place = URL(filePath: root + "/" + path)
      try? FileManager.default.createDirectory(
        at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
      try? Data(path.utf8).write(to: place)
    }
  }

  func read(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(filePath: root + "/.git/" + name)))
  }

  func index() throws -> GitIndex {
    try GitIndex(try read("index"), hashSize: hashSize) { try? read($0) }
  }

  @discardableResult
  func git(_ arguments: [String]) throws -> String {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["git", "-C", root] + arguments
    var environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("GIT_") }
    environment["GIT_CONFIG_NOSYSTEM"] = "1"
    environment["HOME"] = root
    environment["XDG_CONFIG_HOME"] = root
    process.environment = environment
    process.standardOutput = output
    try process.run()
    let data = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return String(decoding: data, as: UTF8.self)
  }
}

extension SplitMix64 {
  fileprivate mutating func path() -> String {
    let names = [
      "a", "b", "ab", "a.c", "a b", "é", "a-", "long-name-that-others-begin-with", "long-name-that",
    ]
    return (0...Int.random(in: 0...3, using: &self)).map { _ in names.randomElement(using: &self) ?? "" }
      .joined(separator: "/")
  }
}
