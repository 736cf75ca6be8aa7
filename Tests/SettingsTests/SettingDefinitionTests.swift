import Settings
import Testing

@Suite("The definitions of the settings")
struct SettingDefinitionTests {
  @Test("share no key, no variable and no option")
  func unique() {
    func repeated(_ names: [String]) -> [String] {
      Dictionary(grouping: names) { $0 }.filter { $0.value.count > 1 }.keys.sorted()
    }
    #expect(repeated(Setting.all.map(\.key)) == [])
    #expect(repeated(Setting.all.map(\.variable)) == [])
    let negative = Setting.all.filter { $0.kind == .flag }.map { "--no-\($0.option.dropFirst(2))" }
    let own = ["-C", "--package-path", "--config", "-h", "--help", "--version", "--json"]
    let shorthands = Setting.all.flatMap(\.shorthands).flatMap(\.names)
    let options = Setting.all.map(\.option) + Setting.all.compactMap(\.short)
    #expect(repeated(options + shorthands + negative + own) == [])
  }

  @Test("have a default of their kind", arguments: Setting.all.map(\.key))
  func defaults(key: String) throws {
    let setting = try #require(Setting.named(key))
    let isRight =
      switch (setting.kind, setting.defaultValue) {
      case (.string, .none), (.path, .none), (.command, .none), (.flag, .flag), (.duration, .duration),
        (.count, .count),
        (.strings, .strings), (.globs, .strings), (.extensions, .strings), (.expressions, .strings),
        (.table, .table):
        true
      case (.choice(let choices), .string(let text)): choices.contains(text)
      case (.restartPolicy, .string(let text)): RestartPolicyText.names.contains(text)
      default: false
      }
    #expect(isRight)
  }

  @Test("name a variable after the key")
  func variables() {
    #expect(Setting.readyTimeout.variable == "HOTRELOAD_SWAP_READY_TIMEOUT")
    #expect(Setting.named("swap.ready-timeout")?.variable == Setting.readyTimeout.variable)
    #expect(Setting.named("swap.none") == nil)
  }

  @Test(
    "are guessed from a word that is close, and from no other",
    arguments: [
      ("probtion", "probation"), ("Probation", "probation"), ("probationx", "probation"), ("prob", nil),
      ("stratgey", "strategy"), ("port", nil), ("", nil),
    ])
  func nearestName(word: String, name: String?) {
    #expect(nearest(to: word, among: ["probation", "strategy", "listen"]) == name)
  }

  @Test("are not guessed beyond a limit, nor where there are none")
  func limit() {
    #expect(nearest(to: "probtion", among: ["probation"], within: 0) == nil)
    #expect(nearest(to: "probtion", among: ["probation"], within: 1) == "probation")
    #expect(nearest(to: "probtion", among: []) == nil)
  }
}
