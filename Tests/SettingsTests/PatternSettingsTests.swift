internal import Settings
internal import Testing

@Suite("Patterns and extensions in a file")
struct PatternSettingsTests {
  func read(_ text: String) throws -> Settings {
    var settings = Settings()
    try settings.read(toml: Array(text.utf8), path: "f.toml")
    return settings
  }

  @Test(
    "are refused at their place, with what to write",
    arguments: [
      ("exclude = [\"a\",\n  \"\"]", "3:3", "'watch.exclude': an empty pattern describes nothing; remove it"),
      (
        "exclude = [\"**\"]", "2:12",
        "'watch.exclude': '**' describes everything, so that no save would count"
      ),
      (
        "exclude = [\"x\", \".\"]", "2:17",
        "'watch.exclude': '.' describes everything, so that no save would count"
      ),
      (
        "exclude-regex = ['']", "2:18",
        "'watch.exclude-regex': '' matches everything, so that no save would count"
      ),
      (
        "exclude-regex = ['a', '.*']", "2:23",
        "'watch.exclude-regex': '.*' matches everything, so that no save would count"
      ),
      (
        "extensions = [\"*\"]", "2:15",
        "'watch.extensions': '*' is every extension, which are watched without this setting; remove it"
      ),
      ("extensions = [\"\"]", "2:15", "'watch.extensions': '' is no extension; write it as \".html\""),
      (
        "extensions = [\"js\", \"*.{css,html}\"]", "2:21",
        "'watch.extensions': '*.{css,html}' is no extension; write each by itself, as \".html\", \".css\""
      ),
      (
        "extensions = [\"js, css\"]", "2:15",
        "'watch.extensions': 'js, css' is no extension; write each by itself, as \".html\", \".css\""
      ),
      (
        "include = [\"\"]", "2:12",
        "'watch.include': an empty path leads nowhere; remove it, or write \".\" for the directory"
      ),
      (
        "exclude = \"a\"", "2:11",
        "'watch.exclude': expected a list of patterns, as [\"tmp/\", \"*.log\"], found a string"
      ),
    ])
  func refused(_ line: String, _ place: String, _ message: String) throws {
    let error = try #require(throws: SettingsError.self) { try read("[watch]\n\(line)\n") }
    #expect(error.description.split(separator: "\n").first == "f.toml:\(place): error: \(message)")
    #expect(error.isDiagnostic)
  }

  @Test("that have one meaning are taken for it")
  func extensions() throws {
    let settings = try read(
      "[watch]\nextensions = [\"js\", \".css\", \"*.html\", \" tpl \", \".html.leaf\"]\n")
    #expect(settings.strings(.extensions) == [".js", ".css", ".html", ".tpl", ".html.leaf"])
  }

  @Test("of a list keep the place of each")
  func places() throws {
    let entry = try read("[watch]\nexclude = [\n  \"a\",\n  \"b\", \"c\",\n]\n").entry(.exclude)
    #expect(
      (0..<4).map { "\(entry.origin(ofElement: $0))" } == ["f.toml:3", "f.toml:4", "f.toml:4", "f.toml:2"])
  }
}
