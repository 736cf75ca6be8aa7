import Foundation
import Settings
import Testing

@Suite("The settings as text")
struct ListingTests {
  private func read(_ text: String) throws -> Settings {
    var settings = Settings()
    try settings.read(toml: Array(text.utf8), path: "f.toml")
    return settings
  }

  @Test("are an example that sets nothing")
  func example() throws {
    let settings = try read(Settings.example)
    #expect(Setting.all.allSatisfy { settings.entry($0).origin == .builtIn })
    #expect(settings.services.isEmpty)
    for setting in Setting.all { #expect(Settings.example.contains("\n# \(setting.name) = ")) }
  }

  @Test(
    "have an example that can be taken out of its comment, and is the default where there is one",
    arguments: Setting.all.map(\.key))
  func uncommented(key: String) throws {
    let setting = try #require(Setting.named(key))
    let settings = try read("[\(setting.section)]\n" + Settings.commented(setting).dropFirst(2) + "\n")
    #expect(settings.entry(setting).origin != .builtIn)
    if setting.defaultValue != .none { #expect(settings.value(setting) == setting.defaultValue) }
  }

  /// Values in which there is everything that has to be quoted.
  private static let odd = """
    [build]
    before = "printf '\\"%s\\"\\\\n' \\t\\u0001 é"
    environment = { "A B" = "1", C = "two\\nlines", D = "" }
    after = ["make", "a \\"b\\"", "\\\\"]
    [run]
    product = "App"
    arguments = ["", "--x"]
    [watch]
    poll = true
    debounce = "0.5ms"
    [[service]]
    name = "a \\"quoted\\" one"
    [service.swap]
    probation = "1m"

    """

  @Test("read back as what they were")
  func listing() throws {
    let settings = try read(Self.odd)
    let again = try read(settings.listing)
    for setting in Setting.all { #expect(again.value(setting) == settings.value(setting)) }
    #expect(again.services.map(\.name) == settings.services.map(\.name))
    let service = again.settings(of: again.services[0])
    #expect(service.duration(.probation) == .seconds(60))
    #expect(settings.listing.contains("# f.toml:2\n") && settings.listing.contains("# default\n"))
  }

  @Test("are JSON with each value and its origin")
  func json() throws {
    let text = try read(Self.odd).json
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(Set(object.keys) == Set(Setting.all.map(\.key) + ["services"]))
    func entry(_ key: String) -> [String: Any] { object[key] as? [String: Any] ?? [:] }
    #expect(entry("build.before")["value"] as? String == "printf '\"%s\"\\n' \t\u{1} é")
    #expect(entry("build.before")["origin"] as? String == "f.toml:2")
    #expect(
      entry("build.environment")["value"] as? [String: String] == ["A B": "1", "C": "two\nlines", "D": ""])
    #expect(entry("watch.poll")["value"] as? Bool == true)
    #expect(entry("run.directory")["value"] is NSNull)
    let services = try #require(object["services"] as? [[String: Any]])
    #expect(services.map { $0["name"] as? String } == ["a \"quoted\" one"])
    #expect((services[0]["swap.probation"] as? [String: Any])?["value"] as? String == "1m")
  }

  @Test("are wrapped at spaces, and a long word is left whole")
  func wrapping() {
    #expect(wrapped("one two three", width: 7) == ["one two", "three"])
    #expect(wrapped("one incomprehensible two", width: 5) == ["one", "incomprehensible", "two"])
    #expect(wrapped("", width: 5) == [])
  }
}
