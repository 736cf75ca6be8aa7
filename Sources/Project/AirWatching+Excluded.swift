internal import Settings

// The directories and files that do not count.
extension AirWatching {
  /// Translates `tmp_dir`, `testdata_dir` and `exclude_dir`.
  mutating func addExcludedDirectories() {
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

  /// Translates an element of `exclude_file`.
  mutating func addExcludedFile(_ text: String, _ list: List) {
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
  mutating func addExpression(_ text: String, _ list: List) {
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
