import Foundation
import Reporting
import Testing

@testable import Doctor

@Suite("The line of a finding")
struct FindingTextTests {
  private let plain = Style(isColored: false)

  @Test("has the severity, the check, what was found and what to do")
  func parts() {
    #expect(
      plain.line(.problem(.ports, "8080 is taken", advice: "stop it"))
        == "problem  ports        8080 is taken; stop it")
    #expect(plain.line(.ok(.toolchain, "Swift 6.3.1")) == "ok       toolchain    Swift 6.3.1")
  }

  @Test("is a single one, whatever a compiler has written")
  func singleLine() {
    #expect(
      plain.line(.problem(.library, "clang failed:\na\n\nb", advice: nil))
        == "problem  library      clang failed: | a | b")
  }

  @Test("has room for the name of every check")
  func width() {
    for check in Finding.Check.allCases {
      #expect(plain.line(.ok(check, "text")).hasPrefix("ok       \(check.rawValue) "))
      #expect(plain.line(.ok(check, "text")).hasSuffix(" text"))
    }
  }

  @Test("is an object of the JSON array")
  func json() throws {
    let findings: [Finding] = [
      .ok(.container, "none"), .warning(.watches, "a \"quote\"", advice: "raise/it"),
    ]
    let decoded = try JSONDecoder().decode([[String: String]].self, from: Data(findings.json.utf8))
    #expect(
      decoded == [
        ["check": "container", "severity": "ok", "text": "none"],
        ["check": "watches", "severity": "warning", "text": "a \"quote\"", "advice": "raise/it"],
      ])
  }
}
