import Settings
import Testing

@Suite("A file of settings")
struct SettingsFileTests {
  private func read(_ text: String) throws -> Settings {
    var settings = Settings()
    try settings.read(toml: Array(text.utf8), path: "f.toml")
    return settings
  }

  private func error(_ text: String) throws -> SettingsError {
    try #require(throws: SettingsError.self) { try read(text) }
  }

  @Test("has values of every kind")
  func values() throws {
    let settings = try read(
      """
      [build]
      configuration = "release"
      fast = false
      environment = { A = "1", "B C" = "two" }
      before = ["make", "assets"]
      after = "make check"
      [run]
      product = "App"
      arguments = ["--port", "80 80"]
      [swap]
      probation = "250ms"
      """)
    #expect(settings.string(.configuration) == "release")
    #expect(!settings.flag(.fast))
    #expect(settings.table(.buildEnvironment) == [.init("A", "1"), .init("B C", "two")])
    #expect(settings.command(.beforeBuild) == .arguments(["make", "assets"]))
    #expect(settings.command(.afterBuild) == .shell("make check"))
    #expect(settings.string(.product) == "App")
    #expect(settings.strings(.runArguments) == ["--port", "80 80"])
    #expect(settings.duration(.probation) == .milliseconds(250))
  }

  @Test("leaves the defaults of what it does not have, and takes an empty text for nothing")
  func defaults() throws {
    let settings = try read("[run]\nproduct = \"\"\ncommand = \"\"\n[build]\nbefore = []\n")
    for setting in Setting.all { #expect(settings.value(setting) == setting.defaultValue) }
    #expect(settings.string(.product) == nil && settings.command(.runCommand) == nil)
  }

  @Test("tells where each value is")
  func origins() throws {
    let settings = try read("# first line\n[swap]\nprobation = \"2s\"\n\nstop-timeout = \"1s\"\n")
    #expect("\(settings.entry(.probation).origin)" == "f.toml:3")
    #expect("\(settings.entry(.stopTimeout).origin)" == "f.toml:5")
    #expect(settings.entry(.readyTimeout).origin == .builtIn)
  }

  @Test(
    "with a value of another type is refused at the value, and the key is named",
    arguments: [
      ("[build]\nfast = \"yes\"", "2:8", "build.fast"), ("[build]\nfast = 1", "2:8", "build.fast"),
      ("[swap]\nprobation = 5", "2:13", "swap.probation"),
      ("[swap]\nprobation = \"5\"", "2:13", "swap.probation"),
      ("[swap]\nstrategy = \"other\"", "2:12", "swap.strategy"),
      ("[run]\narguments = \"--port\"", "2:13", "run.arguments"),
      ("[run]\narguments = [\"a\",\n  80]", "3:3", "run.arguments"),
      ("[run]\nenvironment = { A = 1 }", "2:15", "run.environment"),
      ("[run]\ncommand = true", "2:11", "run.command"), ("[run]\nproduct = 1", "2:11", "run.product"),
      ("[watch]\nexclude-regex = [\"a\", \"(\"]", "2:23", "watch.exclude-regex"),
    ])
  func types(text: String, place: String, key: String) throws {
    let error = try error(text)
    #expect(error.isDiagnostic)
    #expect(error.description.hasPrefix("f.toml:\(place): error: '\(key)': "))
  }

  @Test(
    "with a key that there is not is refused at the key, with the one that may be meant",
    arguments: [
      ("[biuld]", "1:2", "'build'"), ("[build]\nconfigration = \"debug\"", "2:1", "'configuration'"),
      ("[run]\nprobation = \"1s\"", "2:1", "'probation' in [swap]"), ("swap = 1", "1:1", "[swap]"),
      ("probation = \"1s\"", "1:1", "'probation' in [swap]"),
      ("[console]\nxyzxyzxyz = 1", "2:1", "color, clear"),
    ])
  func keys(text: String, place: String, hint: String) throws {
    let error = try error(text)
    #expect(error.isDiagnostic)
    let first = try #require(error.description.split(separator: "\n").first)
    #expect(first.hasPrefix("f.toml:\(place): error: ") && first.contains(hint))
  }

  @Test("that is no TOML is refused where it is none")
  func noTOML() throws {
    #expect(try error("[run]\nproduct = App\n").description.hasPrefix("f.toml:2:11: error: "))
  }

  @Test("with one mistake changes nothing")
  func atomic() throws {
    var settings = try read("[swap]\nprobation = \"2s\"\n")
    #expect(throws: SettingsError.self) {
      try settings.read(toml: Array("[swap]\nprobation = \"3s\"\nnone = 1\n".utf8), path: "f.toml")
    }
    #expect(settings.duration(.probation) == .seconds(2))
  }
}
