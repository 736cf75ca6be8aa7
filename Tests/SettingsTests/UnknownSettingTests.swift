internal import Settings
internal import Testing

@Suite("An unknown setting")
struct UnknownSettingTests {
  @Test(
    "is an error that names the setting which is probably meant",
    arguments: [
      ("[swap]\nprobtion = '1s'", "unknown key 'probtion'; did you mean 'probation'?"),
      ("[run]\nprobation = '1s'", "unknown key 'probation'; did you mean 'probation' in [swap]?"),
      ("[watch]\nrestart = []", "unknown key 'restart'; did you mean 'restart-on'?"),
      ("[browser]\nreload = []", "unknown key 'reload'; did you mean 'reload-on'?"),
      ("[run]\nenv-files-win = true", "unknown key 'env-files-win'; did you mean 'env-files-override'?"),
      (
        "[restart]\nenabled = false",
        "unknown key 'enabled'; write policy = \"no\" for false, and policy = \"on-failure\" for true"
      ),
      ("[swap]\ndrain = '1s'", "unknown key 'drain'; did you mean 'drain-timeout'?"),
      ("[browser]\nport = 1", "unknown key 'port'; known here: listen, server, reload-on"),
    ])
  func key(_ text: String, _ message: String) throws {
    var settings = Settings()
    let error = try #require(throws: SettingsError.self) {
      try settings.read(toml: Array(text.utf8), path: "f.toml")
    }
    #expect(error.description.split(separator: "\n").first == "f.toml:2:1: error: \(message)")
  }

  @Test(
    "in a variable is one too",
    arguments: [
      ("HOTRELOAD_SWAP_PROBATOIN", "did you mean 'HOTRELOAD_SWAP_PROBATION'?"),
      ("HOTRELOAD_WATCH_RESTART", "did you mean 'HOTRELOAD_WATCH_RESTART_ON'?"),
      ("HOTRELOAD_BROWSER_RELOAD", "did you mean 'HOTRELOAD_BROWSER_RELOAD_ON'?"),
      ("HOTRELOAD_RUN_ENV_FILES_WIN", "did you mean 'HOTRELOAD_RUN_ENV_FILES_OVERRIDE'?"),
    ])
  func variable(_ name: String, _ hint: String) throws {
    var settings = Settings()
    let error = try #require(throws: SettingsError.self) {
      try settings.read(variable: { _ in nil }, names: [name])
    }
    #expect(error.description == "\(name): unknown setting; \(hint)")
  }

  @Test("in a former variable is an error that names the new one")
  func formerVariable() throws {
    var settings = Settings()
    let error = try #require(throws: SettingsError.self) {
      try settings.read(variable: { _ in nil }, names: ["HOTRELOAD_RESTART_ENABLED"])
    }
    #expect(
      error.description
        == "HOTRELOAD_RESTART_ENABLED: unknown setting; write HOTRELOAD_RESTART_POLICY, 'no' or 'on-failure'")
  }

  @Test("is not guessed where several names continue the word, or another word is too far from all")
  func unclear() {
    #expect(nearest(to: "env", among: ["env-files", "env-files-override", "arguments"]) == nil)
    #expect(nearest(to: "--watch", among: ["--watch-extension"], within: 2) == nil)
    #expect(nearest(to: "a-b-c", among: ["a-b-ddddddd", "a-b-eeeeeee"]) == nil)
  }
}
