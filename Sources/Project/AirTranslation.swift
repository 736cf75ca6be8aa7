package import Settings
internal import TOML

/// The translation of an `.air.toml` into a `.reload.toml`.
package struct AirTranslation {
  /// The new file, with the translated settings and all others as comments.
  package let text: String
  /// The settings that have no counterpart, with the reasons, in the order of the file.
  package let notes: [String]

  /// The counterpart of an air key.
  enum Counterpart: Sendable {
    /// A setting, and a function that converts the value; its result is `nil` if the value is not used.
    case setting(Setting, @Sendable (Value.Content) -> SettingValue?)
    /// No setting, for this reason.
    case none(String)
    /// A list of what is watched, which ``AirWatching`` translates.
    case watching
  }

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

  /// Returns whether a build command is not needed: `swift build` is the default, and `go build` builds
  /// nothing here.
  private static func isNotWanted(_ command: String) -> Bool {
    command.isEmpty
      || ["go build", "swift build"].contains(where: command.hasPrefix)
        && !command.contains { "&|;".contains($0) }
  }

  /// Returns a string in the table `build`; `nil` if there is none.
  private static func text(_ key: String, of document: Document) -> String? {
    guard let entry = document.root.entries.first(where: { $0.key == "build" }),
      case .table(let build) = entry.value.content,
      case .string(let text)? = build.entries.first(where: { $0.key == key })?.value.content
    else { return nil }
    return text
  }

  /// Returns the precedence of the keys that name the program to start. Air uses the one with the highest.
  private static func precedence(of key: String) -> Int {
    ["build.bin", "build.entrypoint", "build.full_bin"].firstIndex(of: key) ?? 0
  }

  /// Returns why a value is not translated; `nil` if nothing is lost.
  private static func reasonForLoss(_ key: String, _ content: Value.Content) -> String? {
    switch content {
    case .string(let text) where text.isEmpty: nil
    case .array(let values) where values.isEmpty: nil
    case .integer(0): nil
    case .boolean where key == "proxy.enabled": nil
    case .string(let text) where Duration(written: text) == .zero: nil
    case .string(let text) where key == "build.cmd" && text.hasPrefix("swift"):
      "a Swift package needs no command, and builds faster without one; its options go to 'build.arguments'"
    case .string where key == "build.cmd":
      "'go build' does not build a Swift package, so its program is not started; without a command hotreload builds "
        + "and runs the package"
    default: "unexpected value; it is not translated"
    }
  }

  /// Returns whether air's proxy is enabled. Without it, its ports have no meaning.
  private static func hasProxy(_ document: Document) -> Bool {
    guard let entry = document.root.entries.first(where: { $0.key == "proxy" }),
      case .table(let proxy) = entry.value.content,
      case .boolean(true)? = proxy.entries.first(where: { $0.key == "enabled" })?.value.content
    else { return false }
    return true
  }

  /// Converts a command, or a list of commands.
  @Sendable private static func command(_ content: Value.Content) -> SettingValue? {
    switch content {
    case .string(let text): text.isEmpty ? nil : .command(.shell(text))
    case .array(let values):
      joined(values, by: " && ").map { .command(.shell($0)) }
    default: nil
    }
  }

  /// Returns the strings of an array as one text; `nil` if there are none.
  private static func joined(_ values: [Value], by separator: String) -> String? {
    let texts = texts(values)
    return texts.isEmpty ? nil : texts.joined(separator: separator)
  }

  /// Returns the strings of an array.
  private static func texts(_ values: [Value]) -> [String] {
    values.compactMap { if case .string(let text) = $0.content { text } else { nil } }
  }

  /// Returns the conversion of a list of strings.
  private static func list(_ map: @escaping @Sendable (String) -> String = { $0 })
    -> @Sendable (Value.Content) -> SettingValue?
  {
    { content in
      guard case .array(let values) = content else { return nil }
      return .strings(texts(values).map(map))
    }
  }

  /// Converts a time: an integer in milliseconds (in nanoseconds from 1,000,000 on), or a text.
  @Sendable private static func milliseconds(_ content: Value.Content) -> SettingValue? {
    switch content {
    case .integer(let count): .duration(count < 1_000_000 ? .milliseconds(count) : .nanoseconds(count))
    case .string(let text): Duration(written: text).map { .duration($0) }
    default: nil
    }
  }

  /// Converts a port into an address.
  @Sendable private static func loopback(_ content: Value.Content) -> SettingValue? {
    guard case .integer(let port) = content, port > 0 else { return nil }
    return .string("127.0.0.1:\(port)")
  }

  /// Converts a boolean.
  @Sendable private static func flag(_ content: Value.Content) -> SettingValue? {
    if case .boolean(let flag) = content { .flag(flag) } else { nil }
  }

  /// Converts whether a program that has ended is started again. Air does so whatever its exit code is.
  @Sendable private static func policy(_ content: Value.Content) -> SettingValue? {
    if case .boolean(let isRerun) = content { .string(isRerun ? "always" : "no") } else { nil }
  }

  /// The counterparts of all keys of air 1.67.
  static let counterparts: [String: Counterpart] = [
    "root": .none("paths are relative to .reload.toml; put that file into the root"),
    "tmp_dir": .watching, "testdata_dir": .watching,
    "env_files": .setting(.environmentFiles, list()),
    "build.pre_cmd": .setting(.beforeBuild, command),
    "build.cmd": .setting(.buildCommand) { content in
      if case .string(let text) = content, isNotWanted(text) {
        nil
      } else {
        command(content)
      }
    },
    "build.post_cmd": .none(
      "air runs it when it exits; 'build.after' and 'swap.after' run after a build and a swap"),
    "build.bin": .setting(.runCommand, command),
    "build.entrypoint": .setting(.runCommand) { content in
      guard case .array(let values) = content, !values.isEmpty else { return command(content) }
      return .command(.arguments(texts(values)))
    },
    "build.full_bin": .setting(.runCommand, command),
    "build.args_bin": .setting(.runArguments, list()),
    "build.log": .none("each diagnostic is printed once, on the terminal"),
    "build.include_ext": .watching, "build.include_dir": .watching, "build.include_file": .watching,
    "build.exclude_dir": .watching, "build.exclude_file": .watching, "build.exclude_regex": .watching,
    "build.exclude_unchanged": .none("a save that changes no byte never builds"),
    "build.ignore_dangerous_root_dir": .setting(.dangerousRoot, flag),
    "build.follow_symlink": .setting(.followLinks, flag),
    "build.poll": .setting(.poll, flag),
    "build.poll_interval": .setting(.pollInterval) { content in
      milliseconds(content).flatMap { $0 == .duration(.zero) ? nil : $0 }
    },
    "build.delay": .setting(.debounce, milliseconds),
    "build.stop_on_error": .none("after a failed build the old code stays live"),
    "build.send_interrupt": .none("a server always gets SIGTERM first, after its requests are answered"),
    "build.kill_delay": .setting(.stopTimeout) { content in
      milliseconds(content).flatMap { $0 == .duration(.zero) ? nil : $0 }
    },
    "build.rerun": .setting(.restartPolicy, policy),
    "build.rerun_delay": .setting(.restartDelay, milliseconds),
    "build.rules": .none(
      "'build.before' runs before every build, with the changed paths in HOTRELOAD_CHANGED"),
    "build.windows": .none("Linux only"),
    "build.darwin": .none("Linux only"),
    "build.linux": .none("move these keys into [build]"),
    "color.mode": .setting(.color) { if case .string(let text) = $0 { .string(text) } else { nil } },
    "color.main": .none(oneScheme), "color.watcher": .none(oneScheme), "color.build": .none(oneScheme),
    "color.runner": .none(oneScheme), "color.app": .none(oneScheme),
    "log.time": .none("the terminal's own timestamps do this"),
    "log.main_only": .none("the server's output is never touched"),
    "log.silent": .none("redirect standard error, where hotreload prints its lines"),
    "misc.clean_on_exit": .none("hotreload leaves nothing on exit"),
    "misc.startup_banner": .none("hotreload prints none"),
    "screen.clear_on_rebuild": .setting(.clear, flag),
    "screen.keep_scroll": .none("the scrollback is always kept"),
    "proxy.enabled": .setting(.browserListen) { _ in nil },  // `Self.hasProxy`
    "proxy.proxy_port": .setting(.browserListen, loopback),
    "proxy.app_port": .setting(.browserServer, loopback),
    "proxy.app_start_timeout": .none("a page waits until the server is listening"),
  ]

  private static let oneScheme = "the colours are SwiftPM's; 'console.color' switches them off"
}
