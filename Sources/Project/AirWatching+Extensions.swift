internal import Settings
internal import TOML

// The extensions of the files that count.
extension AirWatching {
  /// Translates `include_ext`.
  mutating func addExtensions(_ files: [AirPath]) {
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
