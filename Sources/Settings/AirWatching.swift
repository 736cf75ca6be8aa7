internal import TOML

/// What air 1.67 watches (`runner/engine.go`, `runner/util.go`), in hotreload's settings.
///
/// air walks the project from its root. It enters no hidden directory, not `tmp_dir`, not `testdata_dir`, and none that is in
/// `exclude_dir` as a path from the root on; of others, if there is an `include_dir`, only those that are in one or lead to
/// one. A file counts if its last extension is in `include_ext`, or its path in `include_file`; unless one of
/// `exclude_file` matches its path from the root on, or one of `exclude_regex` a part of its absolute path.
struct AirWatching {
  private(set) var include: [String] = []
  private(set) var exclude: [String] = []
  private(set) var expressions: [String] = []
  private(set) var extensions: [String] = []
  /// What is not as in air, with the line of its key.
  private(set) var notes: [(line: Int, text: String)] = []

  private let document: Document
  /// Only files of `include_file` count.
  private var hasNoExtension = false
  /// All that air watches builds; else SwiftPM says what is read, and this is what is watched besides, or not.
  private let isAll: Bool

  /// Of a key that has a list, as air has it; its defaults count where everything is to be as in air.
  private struct List {
    let key: String
    let values: [String]
    let line: Int?
  }

  init(_ document: Document, isAll: Bool) {
    self.document = document
    self.isAll = isAll
    addExcludedDirectories()
    addIncluded()
    for (key, value) in [("build.exclude_file", [String]()), ("build.exclude_regex", ["_test.go"])] {
      let list = list(key, default: value)
      for text in list.values {
        if key == "build.exclude_file" { addExcludedFile(text, list) } else { addExpression(text, list) }
      }
    }
  }

  private func entry(_ key: String) -> Table.Entry? {
    var table: Table? = document.root
    var found: Table.Entry?
    for name in key.split(separator: ".") {
      found = table?[String(name)]
      table = if case .table(let inner)? = found?.value.content { inner } else { nil }
    }
    return found
  }

  private func list(_ key: String, default defaultValue: [String]) -> List {
    guard let entry = entry(key), case .array(let values) = entry.value.content else {
      return List(key: key, values: isAll ? defaultValue : [], line: nil)
    }
    let texts = values.compactMap { if case .string(let text) = $0.content { text } else { nil } }
    return List(key: key, values: texts, line: document.place(of: entry.keyOffset).line)
  }

  private mutating func note(_ list: List, _ text: String) {
    if let line = list.line { notes.append((line, "'\(list.key)': \(text)")) }
  }

  private func text(_ key: String, default defaultValue: String) -> String {
    if case .string(let text)? = entry(key)?.value.content, !text.isEmpty { text } else { defaultValue }
  }

  private mutating func exclude(_ pattern: String) {
    if !exclude.contains(pattern) { exclude.append(pattern) }
  }
}

// Directories.
extension AirWatching {
  private mutating func addExcludedDirectories() {
    let temporary = text("tmp_dir", default: "tmp")
    if isAll {
      for path in [temporary, text("testdata_dir", default: "testdata")] where !path.hasPrefix("/") {
        let path = AirPath(path)
        if path.isInside, !path.names.isEmpty { exclude("/\(path.pattern)/") }
      }
    }
    let list = list("build.exclude_dir", default: ["assets", temporary, "vendor", "testdata"])
    for text in list.values {
      let path = AirPath(text)
      if path.written.isEmpty { continue }
      if path.names.isEmpty || path.names.allSatisfy({ $0 == ".." }) {
        note(list, "'\(text)' is the project itself, of which air would watch nothing; it is not taken over")
        continue
      }
      // air goes through a directory that is outside from this on, whatever is above it.
      if path.names.first == "..", !isBelowIncluded(path) { continue }
      if !path.isClean {
        note(
          list,
          "'\(text)' is no path as air compares them, so that it leaves nothing out; here '\(path.text)' is left out"
        )
      } else if path.hasPattern {
        note(list, "'\(text)' is a name to air, and no pattern; so it is here")
      }
      exclude((path.isInside ? "/" : "") + path.pattern + "/")
    }
  }

  private func isBelowIncluded(_ path: AirPath) -> Bool {
    list("build.include_dir", default: []).values.map { AirPath($0) }.contains {
      $0.names != path.names && $0.leads(to: path)
    }
  }

  private mutating func addIncluded() {
    let list = list("build.include_dir", default: [])
    let excluded = self.list("build.exclude_dir", default: []).values.map { AirPath($0).written }
    var inside: [AirPath] = []
    var outside: [AirPath] = []
    /// Those that the way of air through the project goes to.
    var aims: [AirPath] = []
    for text in list.values {
      let path = AirPath(text)
      if path.written.isEmpty { continue }
      if path.isInside { aims.append(path) }
      let way = path.isInside ? path.names[...] : path.names.suffix(1)
      if way.contains(where: { $0.hasPrefix(".") && $0 != ".." }) {
        note(list, "'\(text)' is hidden, and air enters no hidden directory; it is not taken over")
      } else if path.isInside {
        inside.append(path)
      } else if !excluded.contains(path.text) {
        outside.append(path)
      }
    }
    let files = includedFiles(inside, aims)
    addExtensions(files)
    if isAll, hasNoExtension {
      include = files.map(\.text)
    } else {
      if isAll, aims.isEmpty, !files.isEmpty || !outside.isEmpty { include.append(".") }
      include += (inside + outside + files).map(\.text)
      if aims.isEmpty { return }
    }
    if isAll, include.isEmpty { watchNothing(aims) }
  }

  /// Those that air comes by on its way.
  private mutating func includedFiles(_ inside: [AirPath], _ aims: [AirPath]) -> [AirPath] {
    let list = list("build.include_file", default: [])
    var files: [AirPath] = []
    for text in list.values {
      let path = AirPath(file: text)
      let directory = path.directory ?? path
      let isEntered =
        aims.isEmpty || inside.contains { $0.leads(to: directory) } || aims.contains(where: directory.leads)
      guard path.isInside, isEntered, !directory.names.contains(where: { $0.hasPrefix(".") }) else {
        note(list, "'\(text)' is in no directory that air enters; it is not taken over")
        continue
      }
      if !path.isClean {
        note(
          list, "'\(text)' is no path as air compares them, so that it is not watched; here '\(path.text)' is"
        )
      }
      files.append(path)
    }
    return files
  }

  /// An empty list would mean everything.
  private mutating func watchNothing(_ paths: [AirPath]) {
    let paths = paths.filter { !$0.names.isEmpty }
    include = paths.map(\.text)
    for path in paths { exclude("/" + path.pattern) }
    let key = paths.isEmpty ? "build.include_ext" : "build.include_dir"
    note(
      list(key, default: []),
      paths.isEmpty
        ? "air watches nothing with that, hotreload everything" : "nothing is watched with that, as by air")
  }

  private mutating func addExtensions(_ files: [AirPath]) {
    let list = list("build.include_ext", default: ["go", "tpl", "tmpl", "html"])
    if list.values.contains(where: { AirPath.trimmed($0) == "*" }) { return excludeProgram(files) }
    for text in list.values {
      let name = AirPath.trimmed(text)
      guard !name.isEmpty, let known = try? SettingValue.element(name, of: .extensions) else {
        note(list, "'\(text)' is no extension; it is not taken over")
        continue
      }
      if known != "." + name || name.contains(".") {
        note(
          list,
          "air finds no file with '\(text)', for it compares what follows the last dot; here '\(known)' counts"
        )
      }
      extensions.append(known)
    }
    hasNoExtension = extensions.isEmpty
  }

  /// With `include_ext = ["*"]` air leaves out the program that it starts, unless it is one of these files.
  private mutating func excludeProgram(_ files: [AirPath]) {
    guard isAll else { return }
    var program = text("build.full_bin", default: text("build.bin", default: "./tmp/main"))
    switch entry("build.entrypoint")?.value.content {
    case .string(let text)?: program = text
    case .array(let values)?: if case .string(let text)? = values.first?.content { program = text }
    default: break
    }
    let path = AirPath(file: program)
    if path.isInside, !path.names.isEmpty, !files.contains(where: { $0.names == path.names }) {
      exclude("/" + path.pattern)
    }
  }
}

// Single files.
extension AirWatching {
  private mutating func addExcludedFile(_ text: String, _ list: List) {
    let path = AirPath(file: text)
    if path.written.isEmpty || path.names.isEmpty { return }
    if !text.contains(where: { "*?[\\".contains($0) }) {
      if path.names.first == "..", !isBelowIncluded(path) { return }
      if !path.isClean {
        note(
          list,
          "'\(text)' is no path as air compares them, so that it leaves nothing out; here '\(path.text)' is left out"
        )
      }
      return exclude((path.isInside ? "/" : "") + path.pattern)
    }
    guard let expression = expression(ofGoPattern: text) else {
      return note(list, "'\(text)' is malformed, so that air leaves nothing out; it is not taken over")
    }
    // A pattern of 'watch.exclude' would be for directories, too.
    expressions.append(expression)
  }

  /// air has the whole path from `/` on, hotreload the path from the project's root on.
  private mutating func addExpression(_ text: String, _ list: List) {
    let (relative, isSame) = expression(ofAbsolute: text)
    guard (try? SettingValue.element(relative, of: .expressions)) != nil else {
      return note(
        list,
        "'\(text)' matches everything, or is none of hotreload's regular expressions; it is not taken over")
    }
    if !isSame {
      note(
        list,
        "'\(text)': air compares the absolute path, hotreload the path from the project's root on")
    }
    expressions.append(relative)
  }
}
