import Settings
import Testing

@Suite("Settings in the environment")
struct SettingsVariableTests {
  private func read(_ variables: [String: String]) throws -> Settings {
    var settings = Settings()
    try settings.read(variable: { variables[$0] }, names: Array(variables.keys))
    return settings
  }

  @Test("win over those of the file, and options over both")
  func precedence() throws {
    var settings = Settings()
    try settings.read(
      toml: Array("[swap]\nprobation = \"2s\"\nstop-timeout = \"2s\"\ndrain-timeout = \"2s\"\n".utf8),
      path: "f.toml")
    let variables = ["HOTRELOAD_SWAP_PROBATION": "3s", "HOTRELOAD_SWAP_STOP_TIMEOUT": "3s"]
    try settings.read(variable: { variables[$0] }, names: Array(variables.keys))
    settings.set(.probation, to: .duration(.seconds(4)), from: .option("--probation"))
    #expect(settings.duration(.drainTimeout) == .seconds(2))
    #expect(settings.duration(.stopTimeout) == .seconds(3))
    #expect(settings.duration(.probation) == .seconds(4))
    #expect(
      [Setting.drainTimeout, .stopTimeout, .probation].map { "\(settings.entry($0).origin)" }
        == ["f.toml:4", "HOTRELOAD_SWAP_STOP_TIMEOUT", "--probation"])
  }

  @Test("are there for each setting", arguments: Setting.all.map(\.key))
  func all(key: String) throws {
    let setting = try #require(Setting.named(key))
    let text =
      switch setting.kind {
      case .flag: setting.defaultValue == .flag(true) ? "false" : "true"
      case .choice(let choices): try #require(choices.last)
      case .duration: "1234ms"
      case .count: "1234"
      case .restartPolicy: "always"
      case .table: "NAME=value"
      default: "text"
      }
    let settings = try read([setting.variable: text])
    #expect(settings.value(setting) != setting.defaultValue)
    #expect(settings.entry(setting).origin == .variable(setting.variable))
  }

  @Test(
    "that are wrong are refused with the name of the variable",
    arguments: [
      ("HOTRELOAD_BUILD_FAST", "perhaps", "'perhaps'"), ("HOTRELOAD_SWAP_PROBATION", "5", "'5'"),
      ("HOTRELOAD_RUN_ENVIRONMENT", "NAME", "'NAME'"),
    ])
  func wrong(name: String, value: String, quoted: String) throws {
    let error = try #require(throws: SettingsError.self) { try read([name: value]) }
    #expect(error.description.hasPrefix("\(name): ") && error.description.contains(quoted))
  }

  @Test(
    "that there are not are refused, with the one that may be meant",
    arguments: [
      ("HOTRELOAD_SWAP_PROBTION", "HOTRELOAD_SWAP_PROBATION"), ("HOTRELOAD_PROBATION", "unknown setting"),
      ("HOTRELOAD_BUILD_XYZXYZXYZXYZXYZ", "hotreload config"),
    ])
  func unknown(name: String, hint: String) throws {
    let error = try #require(throws: SettingsError.self) { try read([name: "1s"]) }
    #expect(error.description.hasPrefix("\(name): ") && error.description.contains(hint))
  }

  @Test(
    "are not what hotreload itself tells the server and the user's commands",
    arguments: [
      "HOTRELOAD_SOCKET", "HOTRELOAD_FILES", "HOTRELOAD_GENERATION", "HOTRELOAD_LAUNCHER", "HOTRELOAD_PID",
      "HOTRELOAD_CHANGED", "HOTRELOAD_CHANGED_FILE", "HOTRELOAD_SERVICE", "HOTRELOAD_KEEP",
      "HOTRELOAD_LD_PRELOAD", "HOTRELOAD_ASAN_OPTIONS",
    ])
  func others(name: String) throws { _ = try read([name: "anything"]) }
}
