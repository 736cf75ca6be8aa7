import Settings
import Testing

@Suite("The value of a setting")
struct SettingValueTests {
  @Test(
    "is a duration with its unit",
    arguments: [
      ("0s", .zero, "0s"), ("500ms", .milliseconds(500), "500ms"), ("1.5s", .milliseconds(1500), "1500ms"),
      ("90s", .seconds(90), "90s"), ("60s", .seconds(60), "1m"), ("2h", .seconds(7200), "2h"),
      ("0.5ms", .microseconds(500), "0.5ms"), (".5s", .milliseconds(500), "500ms"),
      ("365h", .seconds(365 * 3600), "365h"),
    ] as [(String, Duration, String)])
  func durations(text: String, duration: Duration, written: String) {
    #expect(Duration(written: text) == duration)
    #expect(duration.written == written)
    #expect(Duration(written: written) == duration)
  }

  @Test(
    "is no duration without a unit, with a sign, or of more than a year",
    arguments: [
      "", "5", "s", "-1s", "+1s", "1 s", "1d", "1.2.3s", "1e3s", "1S", "infs", "9000h", "٣s", "1s ",
    ])
  func noDurations(text: String) { #expect(Duration(written: text) == nil) }

  @Test(
    "of an option or a variable is read by the setting's kind",
    arguments: [
      (.string, "a b", .string("a b")), (.flag, "yes", .flag(true)), (.flag, "on", .flag(true)),
      (.flag, "1", .flag(true)), (.flag, "no", .flag(false)), (.flag, "off", .flag(false)),
      (.choice(["a", "b"]), "b", .string("b")), (.duration, "2s", .duration(.seconds(2))),
      (.count, "3", .count(3)), (.restartPolicy, "no", .string("no")),
      (.restartPolicy, "on-failure:5", .string("on-failure:5")),
      (.strings(), "a b\nc", .strings(["a b", "c"])), (.strings(), "", .strings([])),
      (.extensions, "js\n*.css", .strings([".js", ".css"])),
      (.command, "make app", .command(.shell("make app"))),
      (.table, "A=1\nB=x=y\nC=", .table([.init("A", "1"), .init("B", "x=y"), .init("C", "")])),
    ] as [(Setting.Kind, String, SettingValue)])
  func texts(kind: Setting.Kind, text: String, value: SettingValue) throws {
    #expect(try SettingValue(text, of: kind) == value)
  }

  @Test(
    "that is wrong is an error that quotes it",
    arguments: [
      (.flag, "maybe", "maybe"), (.flag, "", ""), (.choice(["a", "b"]), "c", "c"), (.duration, "5", "5"),
      (.count, "0", "0"), (.count, "-1", "-1"), (.count, "1.5", "1.5"), (.count, "many", "many"),
      (.table, "A=1\nB", "B"), (.table, "=1", "=1"), (.globs, "**", "**"), (.expressions, "(", "("),
    ] as [(Setting.Kind, String, String)])
  func wrong(kind: Setting.Kind, text: String, quoted: String) throws {
    let error = try #require(throws: InvalidValue.self) { try SettingValue(text, of: kind) }
    #expect(error.description.contains("'\(quoted)'"))
  }

  @Test("that is none of its choices is told which there are")
  func choices() throws {
    let error = try #require(throws: InvalidValue.self) {
      try SettingValue("c", of: .choice(["first", "second"]))
    }
    #expect(error.description.contains("'first'") && error.description.contains("'second'"))
  }

  @Test("is a command for the shell, or a program with its arguments")
  func words() {
    #expect(SettingValue.CommandLine.shell("make app").words == ["/bin/sh", "-c", "make app"])
    #expect(SettingValue.CommandLine.arguments(["make", "my app"]).words == ["make", "my app"])
  }

  @Test(
    "that is a command passes arguments on to the only program in it",
    arguments: [
      ("app", "app \"$@\""), ("app --flag;  ", "app --flag \"$@\""),
      ("exec app \"$@\" --x", "exec app \"$@\" --x"),
      ("app ${1:-80}", "app ${1:-80}"), ("cd x && app", nil), ("app | cat", nil), ("app &", nil),
      ("first\nsecond", nil), ("app # comment", nil), ("(app)", nil),
    ])
  func takingArguments(text: String, expected: String?) {
    #expect(SettingValue.CommandLine.textTakingArguments(text) == expected)
  }
}
