// The settings as text: the example file, and the output of `hotreload config`.

extension Settings {
  /// The content of `.reload.toml.example`: every setting with its help and its default, commented out.
  package static var example: String {
    example("", [:])
  }

  /// Returns the example with `head` as its first line. `lines` has other lines for some settings, by key.
  package static func example(_ head: String, _ lines: [String: String]) -> String {
    document(preamble: exampleHead(head)) { setting in
      (help(setting) + [lines[setting.key] ?? commented(setting)]).joined(separator: "\n")
    } + serviceExample
  }

  private static let serviceExample = """

    # Several servers of one package, such as an API and a worker: one [[service]] for each, with its own [service.run],
    # [service.swap], [service.restart] and [service.health]; the tables above apply to all. 'hotreload run api' runs
    # only that one.
    # [[service]]
    # name = "api"
    # [service.run]
    # product = "API"
    # [service.swap]
    # probation = "2s"
    # [[service]]
    # name = "worker"
    # [service.run]
    # product = "Worker"

    """

  /// Returns a setting with its default as a comment, or with an example value if it has no default.
  package static func commented(_ setting: Setting) -> String {
    "# \(setting.name) = " + (setting.defaultValue == .none ? setting.sample : setting.defaultValue.toml)
  }

  /// Returns the comment at the start of the example file.
  private static func exampleHead(_ head: String) -> String {
    head + """
      # The settings of hotreload for a package: copy this file to .reload.toml, or let 'hotreload init' write one.
      # A line that is commented out shows the default, or an example if there is none. An option of 'hotreload run'
      # overrides a variable (HOTRELOAD_SWAP_PROBATION for 'probation' in [swap]), which overrides this file.
      # Durations: "500ms", "2s", "1m". Commands: "make app" is run by sh, ["make", "app"] directly.
      # Paths are relative to this file.


      """
  }

  /// All settings in force as a `.reload.toml`, each with its origin.
  package var listing: String {
    Self.document(preamble: "") { listed($0, entry($0)) } + services.map(listing).joined()
  }

  /// Returns the settings of a service that differ from the project's.
  private func listing(of service: ServiceSettings) -> String {
    let settings = settings(of: service)
    var text =
      "\n[[service]]\n" + annotated("name = \(SettingValue.quoted(service.name))", service.origin) + "\n"
    for section in ServiceSettings.sections {
      let own = Setting.all.filter { $0.section == section && settings.entry($0) != entry($0) }
      if own.isEmpty { continue }
      text += "[service.\(section)]\n" + own.map { listed($0, settings.entry($0)) + "\n" }.joined()
    }
    return text
  }

  /// Returns a setting and its origin as a line.
  private func listed(_ setting: Setting, _ entry: Entry) -> String {
    let text = entry.value == .none ? "# \(setting.name)" : "\(setting.name) = \(entry.value.toml)"
    return annotated(text, entry.origin)
  }

  /// Returns a line with the origin as a comment.
  private func annotated(_ text: String, _ origin: Origin) -> String {
    text + String(repeating: " ", count: max(1, 40 - text.count)) + "# \(origin)"
  }

  /// The settings in force as JSON: `{"swap.probation": {"value": "1s", "origin": "default"}, …}`. Services
  /// are a list with the settings that differ from the project's: `"services": [{"name": "api",
  /// "run.product": {…}}]`.
  package var json: String {
    var lines = Setting.all.map { "  " + jsonMember($0, entry($0)) }
    if !services.isEmpty {
      let texts = services.map { service in
        let settings = settings(of: service)
        let own = Setting.all.filter { settings.entry($0) != entry($0) }.map {
          jsonMember($0, settings.entry($0))
        }
        return "    {" + (["\"name\": \(SettingValue.quoted(service.name))"] + own).joined(separator: ", ")
          + "}"
      }
      lines.append("  \"services\": [\n" + texts.joined(separator: ",\n") + "\n  ]")
    }
    return "{\n" + lines.joined(separator: ",\n") + "\n}\n"
  }

  /// Returns a setting with its value and origin as a member of a JSON object.
  private func jsonMember(_ setting: Setting, _ entry: Entry) -> String {
    "\(SettingValue.quoted(setting.key)): {\"value\": \(entry.value.json), "
      + "\"origin\": \(SettingValue.quoted("\(entry.origin)"))}"
  }

  /// Returns a document with all sections, in which `line` returns the text of each setting.
  package static func document(preamble: String, _ line: (Setting) -> String) -> String {
    preamble
      + Setting.Section.allCases.map { section in
        let lines = Setting.all.filter { $0.section == section }.map(line)
        return "[\(section)]  # \(section.title)\n" + lines.joined(separator: "\n") + "\n"
      }.joined(separator: "\n")
  }

  /// Returns the help of a setting as comment lines.
  package static func help(_ setting: Setting) -> [String] {
    wrapped(setting.help, width: 96).map { "# \($0)" }
  }
}

extension Setting {
  /// An example value, for a setting without a default.
  var sample: String {
    switch (kind, placeholder) {
    case (.command, _): "\"make\""
    case (.path, _): name == "events" ? "\"events.jsonl\"" : "\"Server\""
    case (.string, "path"): "\"/health\""
    case (.string, "address"): name == "server" ? "\"127.0.0.1:8080\"" : "\"127.0.0.1:8090\""
    default: "\"App\""
    }
  }
}

extension SettingValue {
  /// The value as JSON.
  var json: String {
    switch self {
    case .none: "null"
    case .table(let pairs):
      "{" + pairs.map { "\(Self.quoted($0.name)): \(Self.quoted($0.value))" }.joined(separator: ", ") + "}"
    default: toml
    }
  }
}

/// Wraps a text at spaces to lines of at most `width` characters.
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
