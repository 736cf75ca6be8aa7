import Settings
import Testing

@Suite("The settings of several services")
struct ServiceSettingsTests {
  private func read(_ text: String) throws -> Settings {
    var settings = Settings()
    try settings.read(toml: Array(text.utf8), path: "f.toml")
    return settings
  }

  private static let two = """
    [swap]
    probation = "2s"
    stop-timeout = "2s"
    [[service]]
    name = "api"
    [service.run]
    product = "API"
    [service.swap]
    probation = "3s"
    [[service]]
    name = "worker"

    """

  @Test("are the project's, and each one's own before those")
  func own() throws {
    let settings = try read(Self.two)
    let (api, worker) = (
      settings.settings(of: settings.services[0]), settings.settings(of: settings.services[1])
    )
    #expect(settings.services.map(\.name) == ["api", "worker"])
    #expect(api.duration(.probation) == .seconds(3) && worker.duration(.probation) == .seconds(2))
    #expect(api.duration(.stopTimeout) == .seconds(2))
    // A service runs the product of its name, unless it says another.
    #expect(api.string(.product) == "API" && worker.string(.product) == "worker")
  }

  @Test("give way to variables and options")
  func precedence() throws {
    var settings = try read(Self.two)
    settings.set(.probation, to: .duration(.seconds(9)), from: .option("--probation"))
    #expect(settings.settings(of: settings.services[0]).duration(.probation) == .seconds(9))
  }

  @Test("name a service by its product where it has no name")
  func names() throws {
    let settings = try read("[[service]]\n[service.run]\nproduct = \"API\"\n")
    #expect(settings.services.map(\.name) == ["API"])
  }

  @Test(
    "are refused where they are wrong",
    arguments: [
      ("[service]\nname = \"a\"", "1:2"), ("service = [1]", "1:12"), ("[[service]]\nname = 1", "2:8"),
      ("[[service]]\nname = \"\"", "2:8"), ("[[service]]\n[service.swap]\nprobation = \"1s\"", "1:1"),
      ("[[service]]\nname = \"a\"\n[[service]]\nname = \"a\"", "3:1"),
      ("[[service]]\nname = \"a\"\nproduct = \"A\"", "3:1"),
      ("[[service]]\nname = \"a\"\n[service.build]\nfast = true", "3:10"),
      ("[[service]]\nname = \"a\"\n[service.swap]\nprobation = 1", "4:13"),
    ])
  func wrong(text: String, place: String) throws {
    let error = try #require(throws: SettingsError.self) { try read(text) }
    #expect(error.description.hasPrefix("f.toml:\(place): error: "))
  }

  @Test(
    "are one service's where they cannot be all of theirs",
    arguments: [
      ("[run]\nproduct = \"App\"\n", "run.product"), ("[run]\ncommand = \"./app\"\n", "run.command"),
      ("[swap]\nlisten = [\"127.0.0.1:80\"]\n", "swap.listen"),
    ])
  func notShared(text: String, key: String) throws {
    let settings = try read(text + "[[service]]\nname = \"a\"\n")
    let error = try #require(throws: SettingsError.self) { try settings.validateAll() }
    #expect(error.description.hasPrefix("f.toml:2:1: error: '\(key)' "))
  }

  @Test("are checked for each of them")
  func checked() throws {
    try read(Self.two).validateAll()
    let settings = try read(Self.two + "[service.swap]\nstop-timeout = \"0s\"\n")
    let error = try #require(throws: SettingsError.self) { try settings.validateAll() }
    #expect(error.description.hasPrefix("f.toml:13:1: error: 'swap.stop-timeout' "))
  }

  @Test("do not open one address twice")
  func addresses() throws {
    func services(_ first: String, _ second: String) throws -> Settings {
      try read(
        [("a", first), ("b", second)].map { name, address in
          "[[service]]\nname = \"\(name)\"\n[service.swap]\nlisten = [\"\(address)\"]\n"
        }.joined())
    }
    try services("127.0.0.1:80", "127.0.0.1:81").refuseSharedAddresses()
    let error = try #require(throws: SettingsError.self) {
      try services("127.0.0.1:80", "127.0.0.1:80").refuseSharedAddresses()
    }
    #expect(error.description.hasPrefix("f.toml:8:1: error: 'swap.listen' "))
    #expect(error.description.contains("'127.0.0.1:80'"))
  }
}
