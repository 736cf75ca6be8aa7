internal import Settings
internal import Testing

@Suite struct PathExpressionTests {
  @Test(
    "a part of the path is enough",
    arguments: [("_test\\.js$", true), ("^web/", true), ("^a", false), ("b/a", true)])
  func matches(_ expression: String, _ isMatch: Bool) throws {
    #expect(try PathExpression(expression).matches("web/b/a_test.js") == isMatch)
  }

  @Test("one that is wrong is an error at its place in the file")
  func wrong() throws {
    var settings = Settings()
    let error = try #require(throws: SettingsError.self) {
      try settings.read(toml: Array("[watch]\nexclude-regex = [\n  'a',\n  '(b',\n]\n".utf8), path: "f.toml")
    }
    #expect(
      error.description.hasPrefix(
        "f.toml:4:3: error: 'watch.exclude-regex': '(b' is not a regular expression: ")
    )
    #expect(settings.strings(.excludeExpressions) == [])
  }
}
