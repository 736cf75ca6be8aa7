import Foundation
import TOML
import Testing

/// The documents of toml-test (https://github.com/toml-lang/toml-test), where Debian's copy of them is installed:
/// `apt-get install golang-github-burntsushi-toml-dev`. TOML_TEST names the directory of another copy.
private enum Corpus {
  static let directory =
    ProcessInfo.processInfo.environment["TOML_TEST"]
    ?? "/usr/share/gocode/src/github.com/BurntSushi/toml/internal/toml-test/tests"
  static let isInstalled = !documents("valid").isEmpty && !documents("invalid").isEmpty

  static func documents(_ kind: String) -> [String] {
    let paths =
      FileManager.default.enumerator(atPath: "\(directory)/\(kind)")?.compactMap { $0 as? String } ?? []
    return paths.filter { $0.hasSuffix(".toml") }.sorted().map { "\(directory)/\(kind)/\($0)" }
  }

  /// A tagged value in one spelling: numbers as Swift has them, times as seconds since a moment, or of the day.
  static func comparable(_ tagged: Any) throws -> NSObject {
    if let values = tagged as? [Any] { return try values.map(comparable) as NSArray }
    let table = try #require(tagged as? [String: Any])
    guard let type = table["type"] as? String, let value = table["value"] as? String, table.count == 2 else {
      return try table.mapValues(comparable) as NSDictionary
    }
    let same: String
    switch type {
    case "float":
      let number = try #require(Double(value.replacing("_", with: "")))
      same = number.isNaN ? "nan" : "\(number + 0)"  // no -0.0
    case "datetime", "datetime-local", "time-local":
      let parts = value.uppercased().replacing(" ", with: "T").split(separator: ".", maxSplits: 1)
      let fraction = parts.count == 2 ? parts[1].prefix(while: \.isNumber) : ""
      let offset = parts.count == 2 ? parts[1].dropFirst(fraction.count) : ""
      let time = parts[0] + offset
      let moment =
        type == "datetime" ? try "\(Date(String(time), strategy: .iso8601).timeIntervalSince1970)" : time
      same = moment + "." + fraction.replacing(/0+$/, with: "")
    default: same = value
    }
    return [type, same] as NSArray
  }
}

@Suite("toml-test", .enabled(if: Corpus.isInstalled, "toml-test is not installed"))
struct CorpusTests {
  @Test("reads what is valid as its JSON says", arguments: Corpus.documents("valid"))
  func valid(_ path: String) throws {
    let document = try Document(Array(Data(contentsOf: URL(filePath: path))), path: path, version: .v1_1)
    let expected = try Data(contentsOf: URL(filePath: path.dropLast("toml".count) + "json"))
    #expect(
      try Corpus.comparable(JSONSerialization.jsonObject(with: Data(document.taggedJSON.utf8)))
        == Corpus.comparable(JSONSerialization.jsonObject(with: expected)))
  }

  @Test("refuses what is not valid", arguments: Corpus.documents("invalid"))
  func invalid(_ path: String) throws {
    let bytes = try Array(Data(contentsOf: URL(filePath: path)))
    #expect(throws: SyntaxError.self) { try Document(bytes, path: path, version: .v1_0) }
  }
}
