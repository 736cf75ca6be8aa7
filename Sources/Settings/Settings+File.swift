internal import TOML

// The parser of `.reload.toml`. Errors name the line and the correction.
extension Settings {
  /// Reads the settings in a file. Throws ``SettingsError`` for the first error, and then changes nothing.
  package mutating func read(toml bytes: [UInt8], path: String) throws(SettingsError) {
    var settings = self
    do throws(SyntaxError) {
      let document = try Document(bytes, path: path)
      for section in document.root.entries {
        if section.key == "service" {
          settings.services = try settings.services(section, document)
        } else {
          for (key, entry) in try settings.entries(of: section, among: Setting.Section.allCases, document) {
            settings.set(key, to: entry)
          }
        }
      }
    } catch {
      throw SettingsError("\(error)", isDiagnostic: true)
    }
    self = settings
  }

  /// Reads the settings in a section.
  private func entries(
    of section: Table.Entry, among sections: [Setting.Section], _ document: Document
  ) throws(SyntaxError) -> [(Setting, Entry)] {
    guard sections.map(\.rawValue).contains(section.key) else {
      throw document.error(
        unknown(section.key, among: sections.map(\.rawValue) + ["service"]), at: section.keyOffset)
    }
    guard case .table(let table) = section.value.content else {
      throw document.error("'\(section.key)' is a table; write [\(section.key)]", at: section.keyOffset)
    }
    let settings = Setting.all.filter { $0.section.rawValue == section.key }
    return try table.entries.map { entry throws(SyntaxError) in
      guard let setting = settings.first(where: { $0.name == entry.key }) else {
        let former = Setting.former["\(section.key).\(entry.key)"].map { "unknown key '\(entry.key)'; \($0)" }
        throw document.error(former ?? unknown(entry.key, among: settings.map(\.name)), at: entry.keyOffset)
      }
      do throws(InvalidValue) {
        return (
          setting,
          Entry(
            value: try SettingValue(entry.value.content, of: setting.kind),
            origin: .file(document.place(of: entry.keyOffset)),
            places: entry.value.elements.map { document.place(of: $0.offset) })
        )
      } catch {
        throw document.error("'\(setting.key)': \(error)", at: error.offset ?? entry.value.offset)
      }
    }
  }

  /// Reads all `[[service]]` tables.
  private func services(
    _ section: Table.Entry, _ document: Document
  ) throws(SyntaxError) -> [ServiceSettings] {
    guard case .array(let values) = section.value.content else {
      throw document.error("'service' is a list of tables; write [[service]]", at: section.keyOffset)
    }
    var found: [ServiceSettings] = []
    for value in values {
      guard case .table(let table) = value.content else {
        throw document.error("'service' is a list of tables; write [[service]]", at: value.offset)
      }
      let service = try service(table, document, at: value.offset)
      if found.contains(where: { $0.name == service.name }) {
        throw document.error("the service '\(service.name)' is already defined", at: value.offset)
      }
      found.append(service)
    }
    return found
  }

  /// Reads a `[[service]]` table.
  private func service(
    _ table: Table, _ document: Document, at offset: Int
  ) throws(SyntaxError) -> ServiceSettings {
    var name: String?
    var own: [String: Entry] = [:]
    for entry in table.entries {
      if entry.key == "name" {
        guard case .string(let text) = entry.value.content, !text.isEmpty else {
          throw document.error(
            "'name': expected the name of the service, as a string", at: entry.value.offset)
        }
        name = text
      } else if Setting.Section(rawValue: entry.key).map(ServiceSettings.sections.contains) == false {
        throw document.error(
          "'\(entry.key)' applies to all services: write [\(entry.key)], outside of [[service]]",
          at: entry.keyOffset)
      } else if Setting.Section(rawValue: entry.key) == nil {
        let known = ["name"] + ServiceSettings.sections.map(\.rawValue)
        let section = ServiceSettings.sections.first { section in
          Setting.all.contains { $0.section == section && $0.name == entry.key }
        }
        let hint = section.map { "unknown key '\(entry.key)'; write it in [service.\($0)]" }
        throw document.error(hint ?? unknown(entry.key, among: known), at: entry.keyOffset)
      } else {
        for (setting, value) in try entries(of: entry, among: ServiceSettings.sections, document) {
          own[setting.key] = value
        }
      }
    }
    if name == nil, case .string(let product) = own[Setting.product.key]?.value { name = product }
    guard let name else {
      throw document.error(
        "a service needs a name: the product that it runs, or another and 'run.product'", at: offset)
    }
    return ServiceSettings(
      name: name, origin: .file(document.place(of: offset)), entries: own)
  }

  /// Returns the message for an unknown key.
  private func unknown(_ key: String, among known: [String]) -> String {
    // A key of this name in another section is more likely than a similar key in this one.
    let elsewhere = Setting.all.first { $0.name == key }.map {
      "; did you mean '\($0.name)' in [\($0.section)]?"
    }
    let similar = nearest(to: key, among: known).map { "; did you mean '\($0)'?" }
    return "unknown key '\(key)'" + (elsewhere ?? similar ?? "; known here: \(known.joined(separator: ", "))")
  }
}

extension SettingValue {
  /// Converts a value of a file. An empty string is the same as a setting that is not set. Throws
  /// ``InvalidValue``.
  fileprivate init(_ content: Value.Content, of kind: Setting.Kind) throws(InvalidValue) {
    switch (kind, content) {
    case (.string, .string(let text)), (.path, .string(let text)): self = text.isEmpty ? .none : .string(text)
    case (.choice, .string(let text)), (.duration, .string(let text)), (.restartPolicy, .string(let text)):
      self = try SettingValue(text, of: kind)
    case (.count, .integer(let count)): self = try SettingValue("\(count)", of: kind)
    case (.flag, .boolean(let flag)): self = .flag(flag)
    case (.strings, .array(let values)), (.expressions, .array(let values)), (.globs, .array(let values)),
      (.extensions, .array(let values)):
      self = .strings(
        try zip(Self.strings(values), values).map { text, value throws(InvalidValue) in
          do throws(InvalidValue) { return try Self.element(text, of: kind) } catch {
            throw InvalidValue(error.description, at: value.offset)
          }
        })
    case (.command, .string(let text)): self = text.isEmpty ? .none : .command(.shell(text))
    case (.command, .array(let values)):
      let arguments = try Self.strings(values)
      self = arguments.isEmpty ? .none : .command(.arguments(arguments))
    case (.table, .table(let table)):
      self = .table(
        try table.entries.map { entry throws(InvalidValue) in
          guard case .string(let text) = entry.value.content else {
            throw InvalidValue("the value of '\(entry.key)' is \(entry.value.content.name); put it in quotes")
          }
          return Pair(entry.key, text)
        })
    default: throw InvalidValue("expected \(kind.name), found \(content.name)")
    }
  }

  /// Returns the strings of an array. Throws ``InvalidValue`` if it contains anything else.
  private static func strings(_ values: [Value]) throws(InvalidValue) -> [String] {
    try values.map { value throws(InvalidValue) in
      guard case .string(let text) = value.content else {
        throw InvalidValue(
          "a list of strings contains \(value.content.name); put it in quotes", at: value.offset)
      }
      return text
    }
  }
}

extension Value {
  /// The elements of an array; empty for any other value.
  fileprivate var elements: [Value] { if case .array(let values) = content { values } else { [] } }
}

extension Setting.Kind {
  /// A description of the expected value for messages.
  fileprivate var name: String {
    switch self {
    case .string: "a string"
    case .path: "a path, as a string"
    case .choice(let choices): "one of " + choices.map { "\"\($0)\"" }.joined(separator: ", ")
    case .flag: "true or false"
    case .duration: "a duration with its unit, such as \"500ms\", \"2s\" or \"1m\""
    case .count: "a whole number, such as 3"
    case .restartPolicy: "one of " + RestartPolicyText.examples.map { "\"\($0)\"" }.joined(separator: ", ")
    case .strings: "a list of strings, such as [\"a\", \"b\"]"
    case .expressions: "a list of regular expressions, such as ['_test\\.js$']"
    case .globs: "a list of patterns, such as [\"tmp/\", \"*.log\"]"
    case .extensions: "a list of extensions, such as [\".html\"]"
    case .command: "a command, such as \"make app\" or [\"make\", \"app\"]"
    case .table: "a table, such as { NAME = \"value\" }"
    }
  }
}
