import RandomNumbers
import Testing

@testable import Settings

@Suite("A regular expression")
struct RegularExpressionTests {
  @Test(
    "has the syntax of RE2",
    arguments: [
      ("^(\\w+[-_]?)+\\.gen\\.swift$", "UserController.gen.swift", true),
      ("[[:alpha:]]+\\d{2,3}$", "ab12", true),
      ("^a{,2}$", "a{,2}", true), ("^[]a]+$", "]a", true), ("^[^]a]$", "b", true), ("^[a-]$", "-", true),
      ("(?i)readme\\.MD$", "README.md", true), ("(?i:ä)B", "Äb", false), ("(?i:ä)B", "ÄB", true),
      ("(a(?i)b)c", "aBc", true), ("(a(?i)b)c", "aBC", false), ("(?i)[^k]", "K", false),
      ("\\bgen\\b", "a/gen/b", true), ("\\bgen\\b", "agent", false), ("\\Bgen", "agent", true),
      ("^.$", "\n", false), ("(?s)^.$", "\n", true), ("(?m)^b$", "a\nb\nc", true), ("^b$", "a\nb\nc", false),
      ("\\Q*.[\\E+", "*.[[[", true), ("\\x41\\x{1F600}\\101?", "A😀", true),
      ("(?P<name>x)(?<other>y)(?:z)", "xyz", true),
      ("^\\p{Lu}\\pL+$", "Österreich", true), ("^[\\P{Lu}]+$", "abC", false), ("^[\\W]$", "-", true),
      ("", "", true),
      ("a|", "", true), ("^(|a)+b", "aab", true), ("x{0}y", "y", true), ("[\\d-z]", "-", true),
      ("a*?b+?c??", "b", true),
    ])
  func syntax(_ expression: String, _ text: String, _ isMatch: Bool) throws {
    if expression.contains("101") {  // an octal number is a back reference elsewhere
      #expect(throws: RegularExpression.Failure.self) { try RegularExpression(expression) }
      return
    }
    #expect(try RegularExpression(expression).matches(text) == isMatch)
  }

  @Test(
    "that is wrong, or would take exponential time, is refused at its place",
    arguments: [
      ("(b", 0, "there is no ')'"), ("ab)", 2, "there is no '('"), ("a[b", 1, "there is no ']'"),
      ("*a", 0, "nothing"),
      ("a|*", 2, "nothing"), ("{2}", 0, "nothing"), ("a**", 2, "repeated"), ("a{2}{3}", 4, "repeated"),
      ("a{1001}", 1, "1000"), ("a{3,2}", 1, "out of order"), ("[z-a]", 1, "out of order"),
      ("[a-\\d]", 1, "class"),
      ("(a)\\1", 3, "back references"), ("a(?=b)", 1, "ahead"), ("a(?<!b)", 1, "behind"),
      ("(?>a)", 0, "group"),
      ("\\q", 0, "not supported"), ("\\", 0, "backslash"), ("\\x{110000}", 0, "number"),
      ("\\p{Han}", 0, "category"),
      ("[[:foo:]]", 1, "foo"), ("((a{100}){100}){100}", 0, "states"), ("(?i", 0, "there is no ')'"),
      (String(repeating: "(", count: 500), 200, "too deeply"), ("(?P<>a)", 0, "name"),
    ])
  func refused(_ expression: String, _ offset: Int, _ reason: String) {
    let failure = #expect(throws: RegularExpression.Failure.self) { try RegularExpression(expression) }
    #expect(failure?.offset == offset)
    #expect(failure?.reason.contains(reason) == true, "\(failure.debugDescription)")
  }

  @Test("matches what Swift's own matches", arguments: 0..<10)
  func differential(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for _ in 0..<60 {
      let text = RandomExpression.make(depth: 2, &random)
      let ours = try RegularExpression(text)
      let swifts = try Regex(text).wordBoundaryKind(.simple)
      for _ in 0..<5 {
        let input = String(
          (0..<Int.random(in: 0...6, using: &random)).map { _ in
            "ab1_-/. ".randomElement(using: &random) ?? "a"
          })
        let expected = try swifts.firstMatch(in: input) != nil
        #expect(ours.matches(input) == expected, "/\(text)/ in '\(input)'")
      }
    }
  }

  /// Counts steps instead of time: a state is visited at most once for each character.
  @Test("that would backtrack for years takes as many steps as its length times that of the text")
  func linear() throws {
    let text = String(repeating: "a", count: 2000)
    for expression in [
      "^(\\w+[-_]?)+\\.gen\\.swift$", "(a*)*b", "(a|a)*b", "(a|aa)+$b", "(.*)*x", "a{0,500}b",
    ] {
      #expect(try !RegularExpression(expression).matches(text))
    }
    // The same is true of glob patterns.
    #expect(!Glob(String(repeating: "*a", count: 50) + "b").matches(String(repeating: "a", count: 200)))
    #expect(
      !Glob(String(repeating: "**/", count: 40) + "x").matches(String(repeating: "a/", count: 200) + "b"))
  }
}

/// Random expressions that both engines support.
private enum RandomExpression {
  static func make(depth: Int, _ random: inout SplitMix64) -> String {
    let atoms = [
      "a", "b", "1", "_", "-", "/", "\\.", " ", ".", "\\d", "\\w", "\\s", "\\D", "\\W", "\\S", "\\b", "\\B",
      "^", "$",
      "[a-b]", "[^a]", "[\\d_]", "[^\\w/]", "[-a]",
    ]
    guard depth > 0 else { return atoms.randomElement(using: &random) ?? "a" }
    var text = ""
    for _ in 0...Int.random(in: 0...2, using: &random) {
      let inner = make(depth: depth - 1, &random)
      switch Int.random(in: 0...6, using: &random) {
      case 0: text += "(\(inner)|\(make(depth: depth - 1, &random)))"
      case 1: text += "(?:\(inner))*"
      case 2: text += "(?:\(inner))+?"
      case 3: text += "(\(inner))?"
      case 4: text += "(?:\(inner)){1,2}"
      case 5: text += "(?:\(inner)|)"
      default: text += inner
      }
    }
    return text
  }
}
