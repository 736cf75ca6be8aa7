import Foundation
import RandomNumbers
import Testing
import TestTraits

extension EndToEnd {
  @Suite("hotreload init --from")
  struct AirTests {
    @Test("watches the files that air would, in trees and with settings made by chance", .long)
    func sameFiles() throws {
      try withPackage { package in
        try FileManager.default.removeItem(atPath: package.root + "/Package.swift")
        var random = SplitMix64(seed: 19)
        var watched = 0
        for round in 0..<60 {
          let top = "\(package.root)/\(round)"
          let root = top + "/p"
          let files = random.files(below: ["", "../lib/"])
          try package.makeDirectory(root)
          for path in files {
            let place = URL(filePath: root + "/" + path).standardized
            try package.makeDirectory(place.deletingLastPathComponent().path, [place.lastPathComponent: "1"])
          }
          let air = Air(using: &random, files)
          try package.replace(root + "/.air.toml", air.toml)
          #expect(
            try package.hotReload(["init", "--from", ".air.toml"], in: root).process.awaitEnd() == .exited(0))
          let explained = try package.hotReload(["explain"] + files, in: root)
          let lines = try explained.output.awaitEnd().split(separator: "\n").map(String.init)
          try #require(try explained.process.awaitEnd() == .exited(0))
          for (path, line) in zip(files, lines) {
            let isHidden = path.split(separator: "/").last?.hasPrefix(".") == true
            // The file states that hidden files only count if they are named.
            let wanted = air.watches(path, root) && (!isHidden || air.includeFile.contains(path))
            if line.hasPrefix("\(path): build (") != wanted {
              Issue.record(
                "round \(round): air \(wanted ? "watches" : "does not watch") \(path)\n\(air.toml)\n\(line)\n\(try package.text(root + "/.reload.toml"))"
              )
              return
            }
            if wanted { watched += 1 }
          }
          #expect(lines.count == files.count)
          try FileManager.default.removeItem(atPath: top)
        }
        // With this seed some files are watched, and others are not.
        #expect(watched > 150)
      }
    }
  }
}

/// The settings of air, and its rules as in `runner/engine.go` and `runner/util.go` of air 1.67.
private struct Air {
  var includeExt: [String]? = nil
  var includeDir: [String] = []
  var excludeDir: [String]? = nil
  var includeFile: [String] = []
  var excludeFile: [String] = []
  var excludeRegex: [String]? = nil
  var tmpDir: String?

  var toml: String {
    func line(_ key: String, _ values: [String]?) -> String {
      values.map { "\(key) = [\($0.map { "'\($0)'" }.joined(separator: ", "))]\n" } ?? ""
    }
    return (tmpDir.map { "tmp_dir = '\($0)'\n" } ?? "") + "[build]\ncmd = 'true'\nbin = './app'\n"
      + line("include_ext", includeExt) + line("include_dir", includeDir.isEmpty ? nil : includeDir)
      + line("exclude_dir", excludeDir) + line("include_file", includeFile)
      + line("exclude_file", excludeFile)
      + line("exclude_regex", excludeRegex)
  }

  /// Returns whether an event of this file, a path relative to the root, starts a build.
  func watches(_ path: String, _ root: String) -> Bool {
    let names = path.split(separator: "/").map(String.init)
    // The walk begins at the root, or at a directory of include_dir that is outside.
    let starts =
      path.hasPrefix("../")
      ? includeDir.map(clean).filter { $0.hasPrefix("../") && path.hasPrefix($0 + "/") }
        .map { $0.split(separator: "/").count } : [0]
    return starts.contains { isReached(path, names, from: $0) } && counts(path, names, root)
  }

  private func isReached(_ path: String, _ names: [String], from start: Int) -> Bool {
    var isIn = start > 0 || checkIncludeDir("").isIn
    for count in start..<names.count where count > 0 {
      let directory = names.prefix(count).joined(separator: "/")
      if directory == clean(tmpDir ?? "tmp") || directory == "testdata" { return false }
      if names[count - 1].hasPrefix("."), names[count - 1] != ".." { return false }
      let defaults = ["assets", tmpDir ?? "tmp", "vendor", "testdata"]
      if (excludeDir ?? defaults).map(clean).contains(directory) { return false }
      let (isInside, isWalked) = checkIncludeDir(directory)
      if !isWalked { return false }
      isIn = isInside
    }
    return isIn || includeFile.contains(path)
  }

  /// Returns whether an event of a watched file starts a build.
  private func counts(_ path: String, _ names: [String], _ root: String) -> Bool {
    if excludeFile.contains(where: { goMatches(Array($0), Array(path)) }) { return false }
    let absolute = URL(filePath: root + "/" + path).standardized.path
    if (excludeRegex ?? ["_test.go"]).contains(where: {
      absolute.range(of: $0, options: .regularExpression) != nil
    }) {
      return false
    }
    return isIncludeExt(names[names.count - 1], path) || includeFile.contains(path)
  }

  /// `cleanPath`.
  private func clean(_ path: String) -> String {
    let trimmed = path.trimmingCharacters(in: .whitespaces)
    return trimmed.hasSuffix("/") ? String(trimmed.dropLast()) : trimmed
  }

  private func checkIncludeDir(_ path: String) -> (isIn: Bool, isWalked: Bool) {
    let inside = includeDir.map(clean).filter { !$0.isEmpty && !$0.hasPrefix("../") }
    if inside.isEmpty || path.hasPrefix("../") { return (true, true) }
    if inside.contains(where: { $0 == "." || path == $0 || path.hasPrefix($0 + "/") }) { return (true, true) }
    return (false, path.isEmpty || inside.contains { $0.hasPrefix(path + "/") })
  }

  private func isIncludeExt(_ name: String, _ path: String) -> Bool {
    let ext = name.lastIndex(of: ".").map { String(name[$0...]) } ?? ""
    for value in includeExt ?? ["go", "tpl", "tmpl", "html"] {
      let value = value.trimmingCharacters(in: .whitespaces)
      if value == "*" { return path != "app" }
      if ext == "." + value { return true }
    }
    return false
  }
}

/// `filepath.Match`, for stars, question marks, and sets without ranges.
private func goMatches(_ pattern: [Character], _ path: [Character]) -> Bool {
  guard let first = pattern.first else { return path.isEmpty }
  let rest = Array(pattern.dropFirst())
  switch first {
  case "*":
    for count in 0...path.count where !path.prefix(count).contains("/") {
      if goMatches(rest, Array(path.dropFirst(count))) { return true }
    }
    return false
  case "?": return path.first.map { $0 != "/" } == true && goMatches(rest, Array(path.dropFirst()))
  case "[":
    guard let close = rest.firstIndex(of: "]"), let character = path.first else { return false }
    return rest[..<close].contains(character)
      && goMatches(Array(rest[(close + 1)...]), Array(path.dropFirst()))
  default: return path.first == first && goMatches(rest, Array(path.dropFirst()))
  }
}

extension Air {
  init(using random: inout SplitMix64, _ files: [String]) {
    let directories = Set(files.map { $0.split(separator: "/").dropLast().joined(separator: "/") }).sorted()
      .filter { !$0.isEmpty && $0 != ".." }
    let inside = directories.filter { !$0.hasPrefix("../") }
    func some(_ values: [String], _ limit: Int) -> [String] {
      values.isEmpty
        ? []
        : (0..<Int.random(in: 0...limit, using: &random)).compactMap { _ in
          values.randomElement(using: &random)
        }
    }
    if random.chance(4) { tmpDir = (["out"] + inside).randomElement(using: &random) }
    if !random.chance(4) { includeExt = some(["go", "html", "txt", " tpl ", "*", "js"], 3) }
    if random.chance(3) { includeDir = some(inside + inside + ["../lib", "../lib/a", "nowhere", ""], 2) }
    includeDir = includeDir.map { random.chance(3) && !$0.isEmpty ? $0 + "/" : $0 }
    if !random.chance(4) { excludeDir = some(directories + ["nowhere", "", "*"], 3) }
    excludeDir = excludeDir?.map { random.chance(3) && !$0.isEmpty ? $0 + "/" : $0 }
    if random.chance(3) { includeFile = some(files.filter { !$0.hasPrefix("../") } + ["nowhere.txt"], 3) }
    if random.chance(3) {
      excludeFile = some(
        files + ["*", "*.go", "a/*.html", "?.txt", "a/*/x*", "[xy].go", "**/x.go", "*/*"], 3)
    }
    if !random.chance(3) {
      excludeRegex = some(
        ["_test\\.go$", "/b/.*\\.html$", "/a/", "x\\.go", "(web|ab)/x", "\\/z\\.txt"], 2)
    }
    // air would watch nothing at all, which hotreload has no setting for.
    if includeExt?.isEmpty == true, !files.contains(where: { watches($0, "/p") }) { includeExt = nil }
  }
}

extension SplitMix64 {
  fileprivate mutating func chance(_ of: Int) -> Bool { Int.random(in: 0..<of, using: &self) == 0 }

  /// Returns paths of files in directories at most three levels below each of the tops.
  fileprivate mutating func files(below tops: [String]) -> [String] {
    let directories = ["a", "b", "ab", "web", "tmp", "testdata", "assets", "vendor", "out", ".hid"]
    let names = [
      "x.go", "y.go", "x_test.go", "y.html", "z.txt", "q.txt", "m.tpl", ".env", "Makefile", "a.b.go", "app",
    ]
    var files: Set<String> = []
    for _ in 0..<40 {
      var path = tops.randomElement(using: &self) ?? ""
      for _ in 0..<Int.random(in: 0...3, using: &self) {
        path += (directories.randomElement(using: &self) ?? "") + "/"
      }
      files.insert(path + (names.randomElement(using: &self) ?? ""))
    }
    return files.sorted()
  }
}
