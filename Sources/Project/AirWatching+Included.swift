// The directories and files that air enters.
extension AirWatching {
  /// Translates `include_dir`, `include_file` and `include_ext`.
  mutating func addIncluded() {
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
}
