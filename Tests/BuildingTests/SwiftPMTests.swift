import Building
import Posix
import Testing

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
}
