import FastPathPlan
import Posix
import Testing
import WatchingTestSupport

@testable import FastPathRun

@Suite("The driver's answers")
struct DriverAnswersTests {
  private let directory = TemporaryDirectory()

  @Test("are kept on the disk, each for its question")
  func kept() throws {
    try FileSystem.write("compiler", to: directory["swiftc"])
    let overlay = Overlay(directory: directory["overlay"])
    let answers = DriverAnswers(overlay, compiler: directory["swiftc"])
    #expect(answers.answer(to: ["swiftc", "a"]) == nil)
    answers.keep(["one", "two words"], to: ["swiftc", "a"])
    answers.keep([], to: ["swiftc", "b"])
    let later = DriverAnswers(overlay, compiler: directory["swiftc"])
    #expect(later.answer(to: ["swiftc", "a"]) == ["one", "two words"])
    #expect(later.answer(to: ["swiftc", "b"]) == [])
    #expect(later.answer(to: ["swiftc a"]) == nil)
  }

  @Test("are those of this compiler, not of another at its path")
  func compilers() throws {
    try FileSystem.write("compiler", to: directory["swiftc"])
    let overlay = Overlay(directory: directory["overlay"])
    DriverAnswers(overlay, compiler: directory["swiftc"]).keep(["old"], to: ["question"])
    try FileSystem.write("another compiler", to: directory["swiftc"])
    let answers = DriverAnswers(overlay, compiler: directory["swiftc"])
    #expect(answers.answer(to: ["question"]) == nil)
    answers.keep(["new"], to: ["question"])
    #expect(answers.answer(to: ["question"]) == ["new"])
  }
}
