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
      ("exclude = [\"a\",\n  \"\"]", "3:3", "'watch.exclude': an empty pattern matches nothing; remove it"),
      (
        "exclude = [\"**\"]", "2:12",
        "'watch.exclude': '**' matches everything, so no save would start a build"
      ),
      (
        "exclude = [\"x\", \".\"]", "2:17",
        "'watch.exclude': '.' matches everything, so no save would start a build"
      ),
      (
        "exclude-regex = ['']", "2:18",
        "'watch.exclude-regex': '' matches everything, so no save would start a build"
      ),
      (
        "exclude-regex = ['a', '.*']", "2:23",
        "'watch.exclude-regex': '.*' matches everything, so no save would start a build"
      ),
      (
        "extensions = [\"*\"]", "2:15",
        "'watch.extensions': '*' is every extension, which is the default; remove it"
      ),
      ("extensions = [\"\"]", "2:15", "'watch.extensions': '' is not an extension; write it as \".html\""),
      (
        "extensions = [\"js\", \"*.{css,html}\"]", "2:21",
        "'watch.extensions': '*.{css,html}' is not an extension; write each one separately, as \".html\", \".css\""
      ),
      (
        "extensions = [\"js, css\"]", "2:15",
        "'watch.extensions': 'js, css' is not an extension; write each one separately, as \".html\", \".css\""
      ),
      (
        "include = [\"\"]", "2:12",
        "'watch.include': an empty path names nothing; remove it, or write \".\" for the directory"
      ),
      (
        "exclude = \"a\"", "2:11",
        "'watch.exclude': expected a list of patterns, such as [\"tmp/\", \"*.log\"], found a string"
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

  @Test("each entry of a list keeps its place")
  func places() throws {
    let entry = try read("[watch]\nexclude = [\n  \"a\",\n  \"b\", \"c\",\n]\n").entry(.exclude)
    #expect(
      (0..<4).map { "\(entry.origin(ofElement: $0))" } == ["f.toml:3", "f.toml:4", "f.toml:4", "f.toml:2"])
  }
}
