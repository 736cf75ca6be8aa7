import Settings
import Testing

@Suite("Settings that contradict each other")
struct ContradictionTests {
  private func read(_ text: String) throws -> Settings {
    var settings = Settings()
    try settings.read(toml: Array(text.utf8), path: "f.toml")
    return settings
  }

  @Test(
    "are refused where one of them is",
    arguments: [
      ("[build]\ncommand = \"make\"", 2, "build.command"),
      ("[run]\nproduct = \"App\"\ncommand = \"./app\"", 2, "run.product"),
      ("[swap]\nstop-timeout = \"0s\"", 2, "swap.stop-timeout"),
      ("[swap]\nready-timeout = \"0s\"", 2, "swap.ready-timeout"),
      ("[swap]\nready-period = \"0s\"", 2, "swap.ready-period"),
      ("[swap]\nhandover-timeout = \"0s\"", 2, "swap.handover-timeout"),
      ("[watch]\ndebounce = \"3s\"", 2, "watch.debounce"),
      ("[watch]\ndebounce = \"3s\"\ndebounce-limit = \"2500ms\"", 3, "watch.debounce-limit"),
      ("[restart]\ndelay = \"1m\"", 2, "restart.delay"),
      ("[swap]\nready-delay = \"1m\"", 2, "swap.ready-delay"),
      ("[swap]\nready-delay = \"30s\"", 2, "swap.ready-delay"),
      ("[swap]\nready-path = \"health\"", 2, "swap.ready-path"),
      ("[health]\npath = \"health\"", 2, "health.path"),
      ("[health]\npath = \"/\"\nperiod = \"0s\"", 3, "health.period"),
      ("[health]\ntcp = true\ntimeout = \"0s\"", 3, "health.timeout"),
      ("[health]\ntcp = false\nthreshold = 5", 3, "health.threshold"),
      ("[health]\ndelay = \"1s\"", 2, "health.delay"),
      ("[run]\nenvironment = { \"A=B\" = \"1\" }", 2, "run.environment"),
      ("[build]\nenvironment = { \"\" = \"1\" }", 2, "build.environment"),
      ("[run]\ncommand = \"cd x && ./app\"\narguments = [\"80\"]", 3, "run.arguments"),
      ("[swap]\nlisten = [\"127.0.0.1:80\", \"127.0.0.1:80\"]", 2, "swap.listen"),
      ("[browser]\nserver = \"127.0.0.1:8080\"", 2, "browser.server"),
    ])
  func refused(text: String, line: Int, key: String) throws {
    let settings = try read(text)
    let error = try #require(throws: SettingsError.self) { try settings.validate() }
    #expect(error.isDiagnostic)
    #expect(error.description.hasPrefix("f.toml:\(line):1: error: '\(key)' "))
  }

  @Test("values of an option are refused with its name, and those without an origin with the key alone")
  func origins() throws {
    var settings = Settings()
    settings.set(.stopTimeout, to: .duration(.zero), from: .option("--stop-timeout"))
    let error = try #require(throws: SettingsError.self) { try settings.validate() }
    #expect(error.description.hasPrefix("--stop-timeout: 'swap.stop-timeout' "))
    #expect(!error.isDiagnostic)
    #expect(Settings().error(for: .product, "is wrong").description == "'run.product' is wrong")
  }

  @Test(
    "are not these",
    arguments: [
      "", "[build]\ncommand = \"make\"\n[run]\ncommand = \"./app\"",
      "[watch]\ndebounce = \"3s\"\ndebounce-limit = \"3s\"", "[swap]\nready-path = \"/health\"",
      "[health]\ntcp = true\nthreshold = 5", "[health]\npath = \"/\"\nperiod = \"1s\"",
      "[health]\ncommand = \"true\"\ndelay = \"1s\"",
      "[swap]\nready-delay = \"29s\"", "[swap]\nlisten = [\"127.0.0.1:80\", \"[::1]:80\"]",
      "[run]\ncommand = \"cd x && ./app \\\"$@\\\"\"\narguments = [\"80\"]",
      "[run]\ncommand = [\"./app\", \"a;b\"]\narguments = [\"80\"]",
      "[browser]\nlisten = \"127.0.0.1:8090\"\nserver = \"127.0.0.1:8080\"",
    ])
  func accepted(text: String) throws { try read(text).validate() }
}
