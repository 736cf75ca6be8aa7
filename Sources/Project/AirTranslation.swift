package import Settings
internal import TOML

/// The translation of an `.air.toml` into a `.reload.toml`.
package struct AirTranslation {
  /// The new file, with the translated settings and all others as comments.
  package let text: String
  /// The settings that have no counterpart, with the reasons, in the order of the file.
  package let notes: [String]

  /// Translates a file. Throws ``SettingsError`` if it is not TOML.
  package init(toml bytes: [UInt8], path: String) throws(SettingsError) {
    let document: Document
    do throws(SyntaxError) { document = try Document(bytes, path: path) } catch {
      throw SettingsError("\(error)", isDiagnostic: true)
    }
    var settings: [String: SettingValue] = [:]
    var notes: [(line: Int, text: String)] = []
    var taken: [String: Int] = [:]
    func take(_ entry: Table.Entry, _ key: String) {
      let line = document.place(of: entry.keyOffset).line
      switch Self.counterparts[key] {
      case .setting(let setting, let translate)?:
        guard let value = translate(entry.value.content) else {
          if let reason = Self.reasonForLoss(key, entry.value.content) {
            notes.append((line, "'\(key)': \(reason)"))
          }
          return
        }
        if Self.precedence(of: key) >= taken[setting.key, default: 0] {
          settings[setting.key] = value
          taken[setting.key] = Self.precedence(of: key)
        }
      case .watching?:
        let isRight =
          switch entry.value.content {
          case .array: key.hasPrefix("build.")
          case .string: !key.hasPrefix("build.")
          default: false
          }
        if !isRight, let reason = Self.reasonForLoss(key, entry.value.content) {
          notes.append((line, "'\(key)': \(reason)"))
        }
      case .none(let reason)?: notes.append((line, "'\(key)': \(reason)"))
      case nil:
        if case .table(let table) = entry.value.content {
          for entry in table.entries { take(entry, "\(key).\(entry.key)") }
        } else {
          notes.append((line, "'\(key)': unknown to hotreload and to air 1.67"))
        }
      }
    }
    for entry in document.root.entries { take(entry, entry.key) }
    if let command = Self.text("cmd", of: document), !command.isEmpty, Self.isNotWanted(command) {
      // The result of such a command is the product itself, or is not used.
      if case .command(.shell(let program))? = settings.removeValue(forKey: Setting.runCommand.key),
        program.hasPrefix(".build/") || program.hasPrefix("./.build/"), !program.contains(" ")
      {
        settings[Setting.product.key] = .string(String(program.split(separator: "/").last ?? ""))
      }
    }
    for (value, limit) in [(Setting.debounce, Setting.debounceLimit), (.restartDelay, .restartLimit)] {
      guard case .duration(let duration)? = settings[value.key],
        case .duration(let longest) = limit.defaultValue, duration > longest
      else { continue }
      settings[limit.key] = .duration(duration)
    }
    if !Self.hasProxy(document) { settings[Setting.browserListen.key] = nil }
    if settings[Setting.browserListen.key] == nil { settings[Setting.browserServer.key] = nil }
    let isAll = settings[Setting.buildCommand.key] != nil || Self.text("cmd", of: document) == ""
    let watching = AirWatching(document, isAll: isAll)
    for (setting, texts) in [
      (Setting.include, watching.include), (.exclude, watching.exclude),
      (.excludeExpressions, watching.expressions), (.extensions, watching.extensions),
    ] where !texts.isEmpty {
      settings[setting.key] = .strings(texts)
    }
    if isAll {
      settings[Setting.gitignore.key] = .flag(false)
      settings[Setting.followLinks.key] = settings[Setting.followLinks.key] ?? .flag(false)
    }
    let sorted = (notes + watching.notes).enumerated().sorted {
      ($0.element.line, $0.offset) < ($1.element.line, $1.offset)
    }
    self.notes = sorted.map { "\($0.element.line): \($0.element.text)" }
    text = Settings.document(preamble: Self.preamble(path, self.notes, isAll: isAll)) { setting in
      let lines = Settings.help(setting)
      let value = settings[setting.key].map { "\(setting.name) = \($0.toml)" }
      return (lines + [value ?? Settings.commented(setting)]).joined(separator: "\n")
    }
  }

  /// Returns the comment at the beginning, which lists the differences from air.
  private static func preamble(_ path: String, _ notes: [String], isAll: Bool) -> String {
    let remarks =
      isAll
      ? [
        "air does not read .gitignore: remove 'gitignore = false' to exclude what git ignores.",
        "Hidden files and editors' temporary files start no build here, unless 'include' names them.",
      ]
      : [
        "hotreload watches what SwiftPM reads, whatever its extension, and not the rest of the project: name other "
          + "directories in 'include', and what only the server reads in 'restart-on'."
      ]
    let lines = remarks + notes.map { "\(path):\($0)" }
    return "# Translated from \(path). Differences from air:\n"
      + lines.map { line in
        wrapped(line, width: 106).enumerated().map { ($0 == 0 ? "# - " : "#   ") + $1 + "\n" }.joined()
      }.joined() + "\n"
  }

  /// Returns a string in the table `build`; `nil` if there is none.
  private static func text(_ key: String, of document: Document) -> String? {
    guard let entry = document.root.entries.first(where: { $0.key == "build" }),
      case .table(let build) = entry.value.content,
      case .string(let text)? = build.entries.first(where: { $0.key == key })?.value.content
    else { return nil }
    return text
  }

  /// Returns whether air's proxy is enabled. Without it, its ports have no meaning.
  private static func hasProxy(_ document: Document) -> Bool {
    guard let entry = document.root.entries.first(where: { $0.key == "proxy" }),
      case .table(let proxy) = entry.value.content,
      case .boolean(true)? = proxy.entries.first(where: { $0.key == "enabled" })?.value.content
    else { return false }
    return true
  }
}
