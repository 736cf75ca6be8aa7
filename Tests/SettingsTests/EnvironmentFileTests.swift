import Settings
import Testing

/// The dialect that Docker Compose documents. The cases of the first three tables are those of the page "Syntax for
/// environment files", of the page "Interpolation", and of compose-go's `dotenv` and `template` packages at e70e961c.
///
/// compose-go does more than its documentation says, and is not followed there:
/// - `\a`, `\b`, `\f`, `\v` and `\0123` in double quotes are left alone: of the escapes only `\n`, `\r`, `\t`, `\\` and
///   escaped quotes are documented, and `"corp\alice"` is a user.
/// - `="value"` is an error, not a variable without a name.
/// - `NAME= # comment` is empty, as documented ("preceded with a space"), where compose-go takes the comment for the value.
/// - A tab before `#` begins a comment, as a space does.
/// - Text after a closing quote is an error; compose-go reads it as the next variable.
/// - A default may go over several lines, within double quotes.
@Suite("An environment file")
struct EnvironmentFileTests {
  /// Returns the variables of a file, the last of each name, in an environment with FOO, EMPTY and JSON.
  func variables(_ text: String, fileWins: Bool = false) throws -> [String: String] {
    let outside = ["FOO": "first", "EMPTY": "", "JSON": "{\"json\":2}"]
    let file = try EnvironmentFile(Array(text.utf8), path: ".env", fileWins: fileWins) { outside[$0] }
    return Dictionary(file.variables.map { ($0.name, $0.value) }) { $1 }
  }

  @Test(
    "has names, values, quotes, escapes and comments",
    arguments: [
      ("V=VAL", "VAL"), ("V=\"VAL\"", "VAL"), ("V='VAL'", "VAL"), ("V=VAL # comment", "VAL"),
      ("V=VAL# not a comment", "VAL# not a comment"), ("V=\"VAL # no comment\"", "VAL # no comment"),
      ("V=\"VAL\" # comment", "VAL"), ("V='$OTHER'", "$OTHER"), ("V='${OTHER}'", "${OTHER}"),
      ("V='Let\\'s go!'", "Let's go!"), ("V=\"{\\\"hello\\\": \\\"json\\\"}\"", "{\"hello\": \"json\"}"),
      ("V=\"some\\tvalue\"", "some\tvalue"), ("V='some\\tvalue'", "some\\tvalue"),
      ("V=some\\tvalue", "some\\tvalue"), ("V='SOME\nVALUE'", "SOME\nVALUE"), ("V=\"a\r\nb\"\r\n", "a\nb"),
      // compose-go
      ("V =bar", "bar"), ("V= bar", "bar"), ("V : 1", "1"), ("V: Foo=bar", "Foo=bar"), ("V=1:B", "1:B"),
      ("export V=2", "2"), ("export V='\\n'", "\\n"), ("export\tV=2", "2"), ("\t export V =2", "2"),
      ("V=\"'d'\"", "'d'"), ("V=\"\\\"quoted\\\"\"", "\"quoted\""), ("V=\"bar\\nbaz\"", "bar\nbaz"),
      ("V=foobar=", "foobar="), ("V=bar ", "bar"), ("V=bar #", "bar"), ("V=123#no-comment", "123#no-comment"),
      ("V=\"bar#baz\"#", "bar#baz"), ("V='ba#r' # comment", "ba#r"), ("V=\"ba\\\\\\n\\ r\"", "ba\\\n\\ r"),
      ("V=\"bar\\nbaz\\\\\"", "bar\nbaz\\"), ("V=\"\\x07\\u12e4\"", "\\x07\\u12e4"), ("V = ", ""),
      ("V=", ""), ("V=''", ""), ("V = my string # Inline comment", "my string"),
      ("V = 'first line\nsecond line\nand so on'", "first line\nsecond line\nand so on"),
      ("V='postgres://localhost:5432/db?sslmode=disable'", "postgres://localhost:5432/db?sslmode=disable"),
      ("\u{FEFF}V=1", "1"), ("# V=0\n\n \t\n  # no\nV=1", "1"), ("V=special è char", "special è char"),
      // Not as compose-go
      ("V=\"corp\\alice\"", "corp\\alice"), ("V=\"^\\d+$\"", "^\\d+$"), ("V=\"\\0123\"", "\\0123"),
      ("V= # comment", ""), ("V=#fff", "#fff"), ("V=a\t# comment", "a"), ("V=`a`", "`a`"),
      ("V='a\\\\'", "a\\\\"), ("V=a\"b\"", "a\"b\""), ("V=\"a\\\nb\"", "a\\\nb"),
    ])
  func values(_ text: String, _ value: String) throws {
    #expect(try variables(text) == ["V": value])
  }

  @Test(
    "has substitutions, but in single quotes",
    arguments: [
      ("$FOO", "first"), ("${FOO}bar", "firstbar"), ("quote $FOO", "quote first"), ("$FOO-bar", "first-bar"),
      ("${MISSING:-d}", "d"), ("${MISSING-d}", "d"), ("${EMPTY:-d}", "d"), ("${EMPTY-d}", ""),
      ("${FOO:-d}", "first"), ("${FOO-d}", "first"), ("${FOO:?e}", "first"), ("${FOO?e}", "first"),
      ("${EMPTY?e}", ""), ("${MISSING:+r}", ""), ("${MISSING+r}", ""), ("${EMPTY:+r}", ""),
      ("${EMPTY+r}", "r"),
      ("${FOO:+r}", "r"), ("${FOO+r}", "r"), ("${EMPTY:-/non:-alphanumeric}", "/non:-alphanumeric"),
      ("${MISSING:-${FOO}}", "first"), ("${MISSING:-${EMPTY:-default}}", "default"),
      ("${MISSING-${FOO} ${FOO}}", "first first"), ("${EMPTY+$FOO ${FOO:+second}}", "first second"),
      ("${MISSING:-${EMPTY-d}}", ""), ("${MISSING:+${MISSING},}B", "B"), ("-ok ${EMPTY:-d}", "-ok d"),
      (":?ok ${EMPTY-d}", ":?ok "), ("+ok ${MISSING:-${EMPTY-d}}", "+ok "),
      ("${MISSING:-{\"json\":1}}", "{\"json\":1}"), ("${JSON:-{\"json\":1}}", "{\"json\":2}"),
      ("${MISSING:-{}}", "{}"), ("${FOO}${EMPTY}${FOO}", "firstfirst"), ("$FOO$FOO", "firstfirst"),
      ("$$FOO", "$FOO"), ("$${FOO}", "${FOO}"), ("$$$FOO", "$first"), ("a $ b", "a $ b"), ("^a$", "^a$"),
      ("$}", "$}"), ("$", "$"), ("$1", "$1"), ("$-", "$-"), ("100$.", "100$."),
    ])
  func substitutions(_ text: String, _ value: String) throws {
    #expect(try variables("V=\(text)") == ["V": value])
    #expect(try variables("V=\"\(text.replacing("\"", with: "\\\""))\"") == ["V": value])
    #expect(try variables("V='\(text)'") == ["V": text])
  }

  @Test("escapes a dollar sign in double quotes only")
  func escapedDollar() throws {
    #expect(try variables("V=\"a\\$FOO \\${FOO} ${FOO}\"") == ["V": "a$FOO ${FOO} first"])
    #expect(try variables("V=\"\\\\$FOO\"") == ["V": "\\first"])
    #expect(try variables("V=a\\$FOO") == ["V": "a\\first"])
  }

  @Test("takes a value from outside first, and then from above, unless the file wins")
  func precedence() throws {
    let text = "FOO=own\nA=$FOO\nX=v\nB=${X:?must-be-set}\nC=${X:+yes}\nX=w\nD=$X"
    #expect(
      try variables(text) == ["FOO": "own", "A": "first", "X": "w", "B": "v", "C": "yes", "D": "w"])
    #expect(try variables(text, fileWins: true)["A"] == "own")
  }

  @Test("passes on a variable of which it has the name only")
  func inherited() throws {
    #expect(
      try variables("FOO\nMISSING\r\nexport EMPTY \nlast=1\nMISSING") == [
        "FOO": "first", "EMPTY": "", "last": "1",
      ])
  }

  @Test("has names of letters, digits and some marks, and one called export")
  func names() throws {
    let text = "A.B=1\nA-B=2\na[1]=3\nárvíz=4\n456 = 5\nexport = 6\nexport_A=7\nexportB: 8\nexport export=9"
    #expect(
      try variables(text) == [
        "A.B": "1", "A-B": "2", "a[1]": "3", "árvíz": "4", "456": "5", "export": "9", "export_A": "7",
        "exportB": "8",
      ])
  }

  @Test(
    "that cannot be read is an error with its place",
    arguments: [
      ("A=1\nV=\"a\nb", "2:3", "the quote \" is not closed"), ("V='a\\'", "1:3", "the quote ' is not closed"),
      ("V=\"a\\\"", "1:3", "the quote \" is not closed"),
      ("V=\"a\"b", "1:6", "expected the end of the line after the closing \", found 'b'"),
      ("INVALID LINE", "1:9", "expected '=' after the name 'INVALID', found 'L'"),
      ("lol$wut", "1:4", "expected '=' after the name 'lol', found '$'"),
      ("%!(EXTRA)=foo", "1:1", "expected NAME=value, found '%'"),
      ("\n=\"value\"", "2:1", "expected the name of a variable before '='"),
      ("V=a ${MISSING:?must be set} b", "1:5", "'MISSING' is not set: must be set"),
      ("V=${EMPTY:?}", "1:3", "'EMPTY' is empty"),
      ("V=${MISSING?$FOO}", "1:3", "'MISSING' is not set: first"),
      ("V=é${FOO", "1:5", "'${' is not closed; write '$$' for a dollar sign"),
      ("V=${}", "1:3", "'${}' is not a valid substitution; write '$$' for a dollar sign"),
      ("V=${ FOO}", "1:3", "'${ FOO}' is not a valid substitution; write '$$' for a dollar sign"),
      ("V=${FOO/a/b}", "1:3", "'${FOO/a/b}' is not a valid substitution; write '$$' for a dollar sign"),
      ("V=${FOO:}", "1:3", "'${FOO:}' is not a valid substitution; write '$$' for a dollar sign"),
      ("V=a\u{0}b", "1:4", "a NUL character, which no variable can hold; save the file as UTF-8"),
      (
        "V=" + String(repeating: "${A:-", count: 60) + String(repeating: "}", count: 60), "1:253",
        "substitutions are nested too deeply"
      ),
    ])
  func wrong(_ text: String, _ place: String, _ message: String) throws {
    let error = try #require(throws: SettingsError.self) { try variables(text) }
    #expect(error.isDiagnostic)
    let lines = error.description.split(separator: "\n")
    #expect(lines.first == ".env:\(place): error: \(message)")
    #expect(lines.last?.hasSuffix("`- error: \(message)") == true)
  }

  @Test("that is not UTF-8 is an error")
  func encoding() {
    #expect(throws: SettingsError.self) {
      try EnvironmentFile([0xFF, 0xFE, 0x56, 0x00], path: ".env") { _ in nil }
    }
  }

  @Test("has a warning for a variable that is not set, once, and none for what is not used")
  func warnings() throws {
    let text = "P=\"ab$cd\"\nQ=$cd${A:+$B}${A:-}\nR=${A:-${E}}\n"
    let file = try EnvironmentFile(Array(text.utf8), path: ".env") { _ in nil }
    #expect(file.variables.map(\.value) == ["ab", "", ""])
    #expect(
      file.warnings == [
        """
        .env:1:6: warning: 'cd' is not set; using an empty string (write '$$' for a dollar sign)
        1 | P="ab$cd"
          |      `- warning: 'cd' is not set; using an empty string (write '$$' for a dollar sign)
        """,
        """
        .env:3:8: warning: 'E' is not set; using an empty string (write '$$' for a dollar sign)
        3 | R=${A:-${E}}
          |        `- warning: 'E' is not set; using an empty string (write '$$' for a dollar sign)
        """,
      ])
  }
}
