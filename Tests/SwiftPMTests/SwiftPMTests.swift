import Posix
import Testing

@testable import SwiftPM

@Suite("The commands of SwiftPM")
struct SwiftPMTests {
  private func build(_ arguments: [String]) -> [String] {
    SwiftPM(root: "/p", configuration: "debug", arguments: arguments, environment: []).build(product: "App")
      .arguments
  }

  @Test(
    "ask for the native build system, which SwiftPM 6.4 does not take by itself, unless the user asks for one"
  )
  func buildSystem() {
    #expect(
      build(["-Xswiftc", "-DX"])
        == [
          "swift", "build", "-c", "debug", "--build-system", "native", "-Xswiftc", "-DX", "--product", "App",
        ])
    for arguments in [["--build-system", "swiftbuild"], ["--build-system=swiftbuild"]] {
      #expect(build(arguments) == ["swift", "build", "-c", "debug"] + arguments + ["--product", "App"])
    }
  }

  @Test("build in the directory that the user names, or in .build")
  func scratch() {
    func scratch(_ arguments: [String], _ environment: [String] = []) -> String {
      SwiftPM.scratch(root: "/p", arguments: arguments, environment: environment)
    }
    #expect(scratch(["--build-system", "native"]) == "/p/.build")
    #expect(scratch(["--scratch-path", "a"]) == "/p/a")
    #expect(scratch(["--scratch-path=/a", "-v"]) == "/a")
    #expect(scratch(["--scratch-path"]) == "/p/.build")
    #expect(scratch([], ["SWIFTPM_BUILD_DIR=/b"]) == "/b")
    #expect(scratch(["--build-path", "c"], ["SWIFTPM_BUILD_DIR=/b"]) == "/p/c")
  }
}
