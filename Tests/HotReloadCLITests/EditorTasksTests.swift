import Foundation
import Reporting
import Testing

@testable import HotReloadCLI

@Suite("The task of Visual Studio Code")
struct EditorTasksTests {
  private struct File: Decodable {
    struct Task: Decodable {
      struct Matcher: Decodable {
        struct Pattern: Decodable {
          let regexp: String
          let file, line, column, severity, message: Int
        }
        struct Background: Decodable {
          let activeOnStart: Bool
          let beginsPattern, endsPattern: String
        }
        let pattern: Pattern
        let background: Background
      }
      let label, type, command: String
      let args: [String]
      let isBackground: Bool
      let problemMatcher: Matcher
    }
    let version: String
    let tasks: [Task]
  }

  @Test("runs hotreload in the background, with the patterns of its lines")
  func file() throws {
    let file = try JSONDecoder().decode(File.self, from: Data(EditorTasks.file.utf8))
    #expect(file.version == "2.0.0")
    let task = try #require(file.tasks.first)
    #expect(task.command == "hotreload" && task.args == ["run"] && task.isBackground)
    #expect(task.problemMatcher.pattern.regexp == ProblemMatcher.diagnostic)
    #expect(task.problemMatcher.background.beginsPattern == ProblemMatcher.begins)
    #expect(task.problemMatcher.background.endsPattern == ProblemMatcher.ends)
  }
}
