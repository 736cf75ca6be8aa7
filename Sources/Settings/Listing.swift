// The settings as texts: the documented example, and what `hotreload config` prints.

extension Settings {
  /// `.reload.toml.example`: every setting with its help and default, ready to be uncommented.
  package static var example: String {
    example("", [:])
  }

  /// The same with a first line of its own, and with other lines for some settings, by key.
  package static func example(_ head: String, _ lines: [String: String]) -> String {
    document(preamble: exampleHead(head)) { setting in
      (help(setting) + [lines[setting.key] ?? commented(setting)]).joined(separator: "\n")
    }
  }

  /// A setting's default, or an example where there is none, as a comment.
  static func commented(_ setting: Setting) -> String {
    "# \(setting.name) = " + (setting.defaultValue == .none ? setting.sample : setting.defaultValue.toml)
  }

  private static func exampleHead(_ head: String) -> String {
    head + """
      # hotreload's settings for a package: copy this file to .reload.toml, or have 'hotreload init' write one.
      # What is commented out shows the default, or an example where there is none. An option of 'hotreload run' wins
      # over a variable (HOTRELOAD_SWAP_PROBATION for 'probation' in [swap]), which wins over this file.
      # Durations: "500ms", "2s", "1m". Commands: "make app" is run by sh, ["make", "app"] directly.
      # Paths are relative to this file.


      """
  }

  /// All settings in force as a `.reload.toml`, with each one's origin.
  package var listing: String {
    Self.document(preamble: "") { setting in
      let entry = entry(setting)
      let text = "\(setting.name) = \(entry.value.toml)"
      let commented = entry.value == .none ? "# \(setting.name)" : text
      return commented + String(repeating: " ", count: max(1, 40 - commented.count)) + "# \(entry.origin)"
    }
  }

  /// The same as JSON: `{"swap.probation": {"value": "1s", "origin": "default"}, …}`.
  package var json: String {
    let lines = Setting.all.map { setting in
      let entry = entry(setting)
      return "  \(SettingValue.quoted(setting.key)): {\"value\": \(entry.value.json), "
        + "\"origin\": \(SettingValue.quoted("\(entry.origin)"))}"
    }
    return "{\n" + lines.joined(separator: ",\n") + "\n}\n"
  }

  static func document(preamble: String, _ line: (Setting) -> String) -> String {
    preamble
      + Setting.Section.allCases.map { section in
        let lines = Setting.all.filter { $0.section == section }.map(line)
        return "[\(section)]  # \(section.title)\n" + lines.joined(separator: "\n") + "\n"
      }.joined(separator: "\n")
  }

  static func help(_ setting: Setting) -> [String] { wrapped(setting.help, width: 96).map { "# \($0)" } }
}

extension Setting {
  /// What a value looks like where there is no default.
  var sample: String {
    switch kind {
    case .command: "\"make\""
    case .path: "\"Server\""
    default: "\"App\""
    }
  }
}

extension SettingValue {
  var json: String {
    switch self {
    case .none: "null"
    case .table(let pairs):
      "{" + pairs.map { "\(Self.quoted($0.name)): \(Self.quoted($0.value))" }.joined(separator: ", ") + "}"
    default: toml
    }
  }
}

/// Breaks a text at spaces.
package func wrapped(_ text: String, width: Int) -> [String] {
  var lines: [String] = []
  for word in text.split(separator: " ") {
    if let last = lines.last, last.count + 1 + word.count <= width {
      lines[lines.count - 1] = "\(last) \(word)"
    } else {
      lines.append(String(word))
    }
  }
  return lines
}
