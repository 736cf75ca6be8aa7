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
  var include: [String] = []
  /// The value of `watch.exclude`.
  var exclude: [String] = []
  /// The value of `watch.exclude-regex`.
  var expressions: [String] = []
  /// The value of `watch.extensions`.
  var extensions: [String] = []
  /// The differences from air, with the line of each key.
  private(set) var notes: [(line: Int, text: String)] = []

  private let document: Document
  /// Whether only the files of `include_file` count.
  var hasNoExtension = false
  /// Whether every watched file starts a build. Otherwise SwiftPM defines what is watched, and these settings
  /// change that.
  let isAll: Bool

  /// The values of a key that has a list. If ``isAll``, a missing key has air's default.
  struct List {
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
  func entry(_ key: String) -> Table.Entry? {
    var table: Table? = document.root
    var found: Table.Entry?
    for name in key.split(separator: ".") {
      found = table?[String(name)]
      table = if case .table(let inner)? = found?.value.content { inner } else { nil }
    }
    return found
  }

  /// Returns the list of a key.
  func list(_ key: String, default defaultValue: [String]) -> List {
    guard let entry = entry(key), case .array(let values) = entry.value.content else {
      return List(key: key, values: isAll ? defaultValue : [], line: nil)
    }
    let texts = values.compactMap { if case .string(let text) = $0.content { text } else { nil } }
    return List(key: key, values: texts, line: document.place(of: entry.keyOffset).line)
  }

  /// Adds a note about a key of the file.
  mutating func note(_ list: List, _ text: String) {
    if let line = list.line { notes.append((line, "'\(list.key)': \(text)")) }
  }

  /// Returns the string of a key.
  func text(_ key: String, default defaultValue: String) -> String {
    if case .string(let text)? = entry(key)?.value.content, !text.isEmpty { text } else { defaultValue }
  }

  /// Adds a pattern to `watch.exclude`.
  mutating func exclude(_ pattern: String) {
    if !exclude.contains(pattern) { exclude.append(pattern) }
  }
}
