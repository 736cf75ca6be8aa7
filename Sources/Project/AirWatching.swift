internal import Settings
internal import TOML

/// The paths that air 1.67 watches (`runner/engine.go`, `runner/util.go`), as settings of hotreload.
///
/// Air walks the project from its root. It does not enter hidden directories, `tmp_dir`, `testdata_dir`, or a
/// directory whose path from the root is in `exclude_dir`. If there is an `include_dir`, it enters only
/// directories that are in one, or lead to one. A file counts if its last extension is in `include_ext`, or
/// its path in `include_file`. It does not count if one of `exclude_file` matches its path from the root, or
/// one of `exclude_regex` a part of its absolute path.
struct AirWatching {
  /// The value of `watch.include`.
  private(set) var include: [String] = []
  /// The value of `watch.exclude`.
  private(set) var exclude: [String] = []
  /// The value of `watch.exclude-regex`.
  private(set) var expressions: [String] = []
  /// The value of `watch.extensions`.
  private(set) var extensions: [String] = []
  /// The differences from air, with the line of each key.
  private(set) var notes: [(line: Int, text: String)] = []

  private let document: Document
  /// Whether only the files of `include_file` count.
  private var hasNoExtension = false
  /// Whether every watched file starts a build. Otherwise SwiftPM defines what is watched, and these settings
  /// change that.
  private let isAll: Bool

  /// The values of a key that has a list. If ``isAll``, a missing key has air's default.
  private struct List {
    let key: String
    let values: [String]
    /// The line of the key; `nil` if the key is missing.
    let line: Int?
  }

  /// Translates the lists of a document. `isAll` says whether every watched file starts a build.
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

  /// Returns the entry of a key with dots.
  private func entry(_ key: String) -> Table.Entry? {
    var table: Table? = document.root
    var found: Table.Entry?
    for name in key.split(separator: ".") {
      found = table?[String(name)]
      table = if case .table(let inner)? = found?.value.content { inner } else { nil }
    }
    return found
  }

  /// Returns the list of a key.
  private func list(_ key: String, default defaultValue: [String]) -> List {
    guard let entry = entry(key), case .array(let values) = entry.value.content else {
      return List(key: key, values: isAll ? defaultValue : [], line: nil)
    }
    let texts = values.compactMap { if case .string(let text) = $0.content { text } else { nil } }
    return List(key: key, values: texts, line: document.place(of: entry.keyOffset).line)
  }

  /// Adds a note about a key of the file.
  private mutating func note(_ list: List, _ text: String) {
    if let line = list.line { notes.append((line, "'\(list.key)': \(text)")) }
  }

  /// Returns the string of a key.
  private func text(_ key: String, default defaultValue: String) -> String {
    if case .string(let text)? = entry(key)?.value.content, !text.isEmpty { text } else { defaultValue }
  }

  /// Adds a pattern to `watch.exclude`.
  private mutating func exclude(_ pattern: String) {
    if !exclude.contains(pattern) { exclude.append(pattern) }
  }
}

// Directories.
extension AirWatching {
  /// Translates `tmp_dir`, `testdata_dir` and `exclude_dir`.
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
        note(list, "'\(text)' is the project itself, so air would watch nothing; it is not translated")
        continue
      }
      // Air walks through an included directory outside the project, whatever is excluded above it.
      if path.names.first == "..", !isBelowIncluded(path) { continue }
      if !path.isClean {
        note(
          list,
          "'\(text)' is not a path as air compares them, so air excludes nothing; here '\(path.text)' is excluded"
        )
      } else if path.hasPattern {
        note(list, "'\(text)' is a name to air, not a pattern; it is one here too")
      }
      exclude((path.isInside ? "/" : "") + path.pattern + "/")
    }
  }

  /// Returns whether a path is below one of `include_dir`.
  private func isBelowIncluded(_ path: AirPath) -> Bool {
    list("build.include_dir", default: []).values.map { AirPath($0) }.contains {
      $0.names != path.names && $0.leads(to: path)
    }
  }

  /// Translates `include_dir`, `include_file` and `include_ext`.
  private mutating func addIncluded() {
    let list = list("build.include_dir", default: [])
    let excluded = self.list("build.exclude_dir", default: []).values.map { AirPath($0).written }
    var inside: [AirPath] = []
    var outside: [AirPath] = []
    /// The directories of `include_dir` to which air's walk through the project leads.
    var aims: [AirPath] = []
    for text in list.values {
      let path = AirPath(text)
      if path.written.isEmpty { continue }
      if path.isInside { aims.append(path) }
      let way = path.isInside ? path.names[...] : path.names.suffix(1)
      if way.contains(where: { $0.hasPrefix(".") && $0 != ".." }) {
        note(list, "'\(text)' is hidden, and air enters no hidden directory; it is not translated")
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

  /// Returns the files of `include_file` that are in directories which air enters.
  private mutating func includedFiles(_ inside: [AirPath], _ aims: [AirPath]) -> [AirPath] {
    let list = list("build.include_file", default: [])
    var files: [AirPath] = []
    for text in list.values {
      let path = AirPath(file: text)
      let directory = path.directory ?? path
      let isEntered =
        aims.isEmpty || inside.contains { $0.leads(to: directory) } || aims.contains(where: directory.leads)
      guard path.isInside, isEntered, !directory.names.contains(where: { $0.hasPrefix(".") }) else {
        note(list, "'\(text)' is in no directory that air enters; it is not translated")
        continue
      }
      if !path.isClean {
        note(
          list,
          "'\(text)' is not a path as air compares them, so air does not watch it; here '\(path.text)' is watched"
        )
      }
      files.append(path)
    }
    return files
  }

  /// Watches nothing. An empty `watch.include` would mean everything, so the paths are included and excluded.
  private mutating func watchNothing(_ paths: [AirPath]) {
    let paths = paths.filter { !$0.names.isEmpty }
    include = paths.map(\.text)
    for path in paths { exclude("/" + path.pattern) }
    let key = paths.isEmpty ? "build.include_ext" : "build.include_dir"
    note(
      list(key, default: []),
      paths.isEmpty
        ? "air watches nothing with this, hotreload everything" : "nothing is watched with this, as by air")
  }

  /// Translates `include_ext`.
  private mutating func addExtensions(_ files: [AirPath]) {
    let list = list("build.include_ext", default: ["go", "tpl", "tmpl", "html"])
    if list.values.contains(where: { AirPath.trimmed($0) == "*" }) { return excludeProgram(files) }
    for text in list.values {
      let name = AirPath.trimmed(text)
      guard !name.isEmpty, let known = try? SettingValue.element(name, of: .extensions) else {
        note(list, "'\(text)' is not an extension; it is not translated")
        continue
      }
      if known != "." + name || name.contains(".") {
        note(
          list,
          "air finds no file with '\(text)', because it compares what follows the last dot; here '\(known)' is watched"
        )
      }
      extensions.append(known)
    }
    hasNoExtension = extensions.isEmpty
  }

  /// Excludes the program that air starts. Air does so for `include_ext = ["*"]`, unless the program is one
  /// of `files`.
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
  /// Translates an element of `exclude_file`.
  private mutating func addExcludedFile(_ text: String, _ list: List) {
    let path = AirPath(file: text)
    if path.written.isEmpty || path.names.isEmpty { return }
    if !text.contains(where: { "*?[\\".contains($0) }) {
      if path.names.first == "..", !isBelowIncluded(path) { return }
      if !path.isClean {
        note(
          list,
          "'\(text)' is not a path as air compares them, so air excludes nothing; here '\(path.text)' is excluded"
        )
      }
      return exclude((path.isInside ? "/" : "") + path.pattern)
    }
    guard let expression = expression(ofGoPattern: text) else {
      return note(list, "'\(text)' is malformed, so air excludes nothing; it is not translated")
    }
    // A pattern of `watch.exclude` would also match directories.
    expressions.append(expression)
  }

  /// Adds a regular expression. Air matches the absolute path, and hotreload the path from the project's
  /// root.
  private mutating func addExpression(_ text: String, _ list: List) {
    let (relative, isSame) = expression(ofAbsolute: text)
    guard (try? SettingValue.element(relative, of: .expressions)) != nil else {
      return note(
        list,
        "'\(text)' matches everything, or is not a regular expression that hotreload supports; it is not translated"
      )
    }
    if !isSame {
      note(
        list,
        "'\(text)': air compares the absolute path, hotreload the path relative to the project's root")
    }
    expressions.append(relative)
  }
}
