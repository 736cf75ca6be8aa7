import Settings
import Testing

@Suite("The text of a restart policy")
struct RestartPolicyTextTests {
  @Test(
    "is a name of Docker's, and 'on-failure' may have a count",
    arguments: [
      ("no", "no", nil), ("on-failure", "on-failure", nil), ("on-failure:1", "on-failure", 1),
      ("on-failure:50", "on-failure", 50), ("always", "always", nil),
      ("unless-stopped", "unless-stopped", nil),
    ] as [(String, String, Int?)])
  func parsed(text: String, name: String, count: Int?) throws {
    let policy = try RestartPolicyText(text)
    #expect(policy.name == name && policy.count == count)
  }

  @Test(
    "is refused with the correction",
    arguments: [
      ("", "'' is not one of 'no', 'on-failure', 'on-failure:5', 'always', 'unless-stopped'"),
      (
        "onfailure",
        "'onfailure' is not one of 'no', 'on-failure', 'on-failure:5', 'always', 'unless-stopped'"
      ),
      ("always:5", "'always:5' has a count, which only 'on-failure' takes, as in 'on-failure:5'"),
      (
        "on-failure:0",
        "'on-failure:0' has no count after the colon; write a whole number from 1 on, as in 'on-failure:5', or 'no'"
      ),
      (
        "on-failure:+3",
        "'on-failure:+3' has no count after the colon; write a whole number from 1 on, as in 'on-failure:5', or 'no'"
      ),
      (
        "on-failure:",
        "'on-failure:' has no count after the colon; write a whole number from 1 on, as in 'on-failure:5', or 'no'"
      ),
    ])
  func refused(text: String, message: String) throws {
    let error = try #require(throws: InvalidValue.self) { try RestartPolicyText(text) }
    #expect(error.description == message)
  }

  @Test("that is no text is told what is expected")
  func otherType() throws {
    var settings = Settings()
    let error = try #require(throws: SettingsError.self) {
      try settings.read(toml: Array("[restart]\npolicy = false".utf8), path: "f.toml")
    }
    #expect(
      error.description.hasPrefix(
        "f.toml:2:10: error: 'restart.policy': expected one of \"no\", \"on-failure\", \"on-failure:5\", \"always\", "
          + "\"unless-stopped\", found "))
  }
}
