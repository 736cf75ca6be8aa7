import Posix
import Testing

@Suite("An environment with others in it")
struct EnvironmentOverlayTests {
  @Test("has their values, each name once, where the name was first")
  func overlaid() {
    #expect(["A=1", "B=2", "C=3"].overlaid(with: ["B=4", "D=5", "D=6"]) == ["A=1", "B=4", "C=3", "D=6"])
  }

  @Test("tells a name from a longer one, and from a value with an equals sign")
  func names() {
    #expect(["PATH=/bin", "P=A=B"].overlaid(with: ["P=C=D"]) == ["PATH=/bin", "P=C=D"])
  }

  @Test("can have an empty value, and stays the same without others")
  func empty() {
    #expect(["A=1"].overlaid(with: ["A="]) == ["A="])
    #expect(["A=1", "B"].overlaid(with: []) == ["A=1", "B"])
  }
}
