import TOML
import Testing

/// Reads a document, for its tagged JSON.
private func json(_ text: String, _ version: Document.Version = .v1_1) throws(SyntaxError) -> String {
  try Document(Array(text.utf8), path: "a.toml", version: version).taggedJSON
}

@Suite("A TOML document")
struct DocumentTests {
  @Test(
    "says what its values are",
    arguments: [
      ("1_000", "integer", "1000"), ("-0", "integer", "0"), ("0xDEAD_beef", "integer", "3735928559"),
      ("0o17", "integer", "15"), ("0b101", "integer", "5"),
      ("-9223372036854775808", "integer", "-9223372036854775808"),
      ("1.5", "float", "1.5"), ("6.626e-34", "float", "6.626e-34"), ("-0.0", "float", "-0.0"),
      ("1e0_2", "float", "100.0"),
      ("+inf", "float", "inf"), ("-nan", "float", "nan"), ("true", "bool", "true"),
      ("1979-05-27T07:32:00Z", "datetime", "1979-05-27T07:32:00Z"),
      ("1979-05-27 07:32:00.5-07:00", "datetime", "1979-05-27T07:32:00.5-07:00"),
      ("1979-05-27t07:32", "datetime-local", "1979-05-27T07:32:00"),
      ("2000-02-29", "date-local", "2000-02-29"), ("23:59:60", "time-local", "23:59:60"),
      (#""a\tb\u00E9\x41\e""#, "string", #"a\#tbéA\u001b"#), (#"'C:\Users'"#, "string", #"C:\\Users"#),
      ("\"\"\"two \"\" quotes\"\"\"", "string", #"two \"\" quotes"#),
      ("\"\"\"\nfolded \\\n   \n  line\"\"\"", "string", "folded line"),
      ("'''\nlines\n'''", "string", #"lines\u000a"#), ("\"\"\"quoted\"\"\"\"\"", "string", #"quoted\"\""#),
    ])
  func values(_ text: String, _ type: String, _ value: String) throws {
    let written = value.replacing("\t", with: #"\u0009"#)
    #expect(try json("a = \(text)") == "{\"a\": {\"type\": \"\(type)\", \"value\": \"\(written)\"}}")
  }

  @Test(
    "has tables from headers, dotted keys and braces",
    arguments: [
      ("", "{}"), ("[a]\n[a.b]", #"{"a": {"b": {}}}"#), ("[a.b]\n[a]", #"{"a": {"b": {}}}"#),
      ("[[a]]\n[a.b]\n[[a]]", #"{"a": [{"b": {}}, {}]}"#), ("a = [[], {},]", #"{"a": [[], {}]}"#),
      ("[a]\nb.c = []\n[a.b.d]", #"{"a": {"b": {"c": [], "d": {}}}}"#),
      ("a = {b.c = [], b.d = {}}", #"{"a": {"b": {"c": [], "d": {}}}}"#),
      ("a = {\n  b = [], # comment\n}\r\n", #"{"a": {"b": []}}"#),
      ("\"\" = []\n'a.b' = []\n1.2 = []", #"{"": [], "a.b": [], "1": {"2": []}}"#),
      ("\u{FEFF}a = [ # comment\n]", #"{"a": []}"#),
    ])
  func tables(_ text: String, _ expected: String) throws { #expect(try json(text) == expected) }

  @Test(
    "is refused with what to write instead",
    arguments: [
      ("a = yes", 5, "'yes' is not a value; write true or false, or put it in quotes"),
      ("a = hello", 5, "'hello' is not a value; put text in quotes: \"hello\""),
      ("a = 010", 5, "'010' is not a number (a leading zero is not allowed); put text in quotes: \"010\""),
      ("a = 9223372036854775808", 5, "9223372036854775808 does not fit into 64 bits"),
      ("a = 1_", 5, "'1_' is not a number; put text in quotes: \"1_\""),
      (
        "a = 2001-02-29", 5,
        "'2001-02-29' is not a valid date or time; write 1979-05-27T07:32:00Z, 1979-05-27 or 07:32:00"
      ),
      ("a = \"b", 5, "this string is not closed; write \" at its end"),
      ("a = \"\\q\"", 6, "unknown escape; write '\\\\' for a backslash, or put the text in single quotes"),
      ("a = \"\\ud800\"", 6, "not a valid character"),
      ("a = [1, 2", 5, "this array is not closed; write ']' after its last value"),
      ("a = 1 b = 2", 7, "expected the end of the line, found 'b'; write one setting a line"),
      ("a = 1\u{0}", 6, "expected the end of the line, found '\u{0}'; write one setting a line"),
      ("a 1", 3, "expected '=' after the key, found '1'"),
      ("a =", 4, "expected a value after '=', found the end of the file"),
      ("[a", 3, "expected ']' after the table's name, found the end of the file"),
      ("[]", 2, "expected a key, found ']'; letters, digits, '_' and '-' need no quotes, others do"),
    ])
  func refused(_ text: String, _ column: Int, _ message: String) {
    let error = #expect(throws: SyntaxError.self) { try json(text) }
    #expect(error?.message == message)
    #expect(error?.place.line == 1)
    #expect(error?.place.column == column)
  }

  @Test(
    "defines everything once",
    arguments: [
      "a = 1\na = 2", "[a]\n[a]", "a.b = 1\n[a]", "[a.b.c]\n[a]\nb.c.d = 1", "[a.b.c]\n[a]\nb.d = 1\n[a.b]",
      "a = {}\n[a.b]", "a = []\n[[a]]",
      "[[a]]\n[a]", "a = {b = 1, b.c = 2}", "[a]\nb = 1\n[a.b]", "a = {b.c = 1}\n[a.b]", "[a]\n[[a]]",
    ])
  func once(_ text: String) { #expect(throws: SyntaxError.self) { try json(text) } }

  @Test(
    "has what 1.1 has added only if it is 1.1",
    arguments: ["a = {\n}", "a = {b = 1,}", "a = \"\\e\"", "a = \"\\x41\"", "a = 07:32"])
  func versions(_ text: String) throws {
    _ = try json(text, .v1_1)
    #expect(throws: SyntaxError.self) { try json(text, .v1_0) }
  }

  @Test("is UTF-8")
  func encoding() {
    #expect(throws: SyntaxError.self) { try Document([0x61, 0x3D, 0x22, 0xFF, 0x22], path: "a.toml") }
  }

  @Test("is shown with the line and a caret where it is wrong")
  func caret() {
    let error = #expect(throws: SyntaxError.self) { try json("[run]\n\tproduct = App # é\n") }
    #expect(
      error.map { "\($0)" } == """
        a.toml:2:12: error: 'App' is not a value; put text in quotes: "App"
        2 |  product = App # é
          |            `- error: 'App' is not a value; put text in quotes: "App"
        """)
  }

  @Test("any depth, or nonsense, never ends the program")
  func nonsense() {
    let deep = 100_000
    for text in [
      "a = " + String(repeating: "[", count: deep), "a = " + String(repeating: "{a=", count: deep),
      String(repeating: "a.", count: deep) + "a = 1", "[" + String(repeating: "a.", count: deep) + "a]",
    ] { #expect(throws: SyntaxError.self) { try json(text) } }
    var random = SystemRandomNumberGenerator()
    let pieces: [Character] = Array("\"'[]{}=.,\n#\\_-+01eExTZ: \r\tabtruefalsinfn")
    for _ in 0..<20_000 {
      let text = String(
        (0..<Int.random(in: 1...24, using: &random)).compactMap { _ in pieces.randomElement(using: &random) })
      _ = try? json(text)
    }
  }
}
