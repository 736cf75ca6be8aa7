import Testing

@testable import Doctor

@Suite("The check of the toolchain")
struct ToolchainTests {
  private func info(_ version: String) -> String {
    """
    a note on standard error
    {
      "compilerVersion": "Swift version \(version) (swift-\(version)-RELEASE)",
      "target": {"triple": "x86_64-unknown-linux-gnu"},
      "paths": {"runtimeLibraryPaths": ["/opt/swift/usr/lib/swift/linux"], "runtimeResourcePath": "/opt/swift/usr/lib/swift"}
    }
    """
  }

  @Test("reads the version and the directory of the compilers")
  func targetInfo() {
    let toolchain = Toolchain(path: "/usr/bin/swift", targetInfo: info("6.3.1"))
    #expect(toolchain.version == "6.3.1")
    #expect(toolchain.directory == "/opt/swift/usr/bin")
    #expect(toolchain.finding(.needed) == .ok(.toolchain, "Swift 6.3.1 (/usr/bin/swift)"))
  }

  @Test(
    "warns of a version before 6.1",
    arguments: [("5.10.1", false), ("6.0", false), ("6.1", true), ("10.0", true)])
  func oldest(version: String, isRecent: Bool) {
    let finding = Toolchain(path: "/swift", targetInfo: info(version)).finding(.needed)
    #expect((finding.severity == .ok) == isRecent)
    #expect((finding.severity == .warning) == !isRecent)
  }

  @Test("finds a missing swift a problem only for a package")
  func missing() {
    let toolchain = Toolchain(path: nil, targetInfo: nil)
    #expect(toolchain.finding(.needed).severity == .problem)
    #expect(toolchain.finding(.unknown).severity == .warning)
    #expect(toolchain.finding(.notNeeded).severity == .ok)
  }

  @Test("finds a swift that does not work a problem", arguments: [nil, "", "no toolchain is selected", "{}"])
  func broken(output: String?) {
    let finding = Toolchain(path: "/swift", targetInfo: output).finding(.needed)
    #expect(finding.severity == .problem)
    #expect(finding.text.contains("/swift"))
  }
}
