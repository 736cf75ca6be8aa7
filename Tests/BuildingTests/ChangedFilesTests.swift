import Posix
import Testing

@testable import Building

@Suite("The changed files that a command is told")
struct ChangedFilesTests {
  /// The value of a variable.
  private func value(_ name: String, of changed: ChangedFiles) throws -> String {
    let variable = try #require(changed.variables.first { $0.hasPrefix(name + "=") })
    return String(variable.dropFirst(name.utf8.count + 1))
  }

  @Test("are in a variable and in a file, sorted, a path a line")
  func both() throws {
    let changed = ChangedFiles(["/p/b c.swift", "/p/a.swift"])
    #expect(try value("HOTRELOAD_CHANGED", of: changed) == "/p/a.swift\n/p/b c.swift")
    let file = try value("HOTRELOAD_CHANGED_FILE", of: changed)
    #expect(String(decoding: try FileSystem.read(file), as: UTF8.self) == "/p/a.swift\n/p/b c.swift\n")
    #expect(changed.warning == nil)
  }

  @Test("can be none")
  func none() throws {
    let changed = ChangedFiles([])
    #expect(try value("HOTRELOAD_CHANGED", of: changed) == "")
    #expect(try FileSystem.read(try value("HOTRELOAD_CHANGED_FILE", of: changed)) == [])
  }

  @Test("can be read by a program of another process")
  func otherProcess() throws {
    let changed = ChangedFiles(["/p/a.swift"])
    let command = Command(
      ["/bin/sh", "-c", "cat \"$HOTRELOAD_CHANGED_FILE\""],
      environment: ["PATH=/usr/bin:/bin"] + changed.variables,
      directory: "/")
    #expect(try command.output() == "/p/a.swift\n")
  }

  @Test("are cut in the variable where they are more than a program can be started with, and not in the file")
  func many() throws {
    let paths = (0..<5000).map {
      "/project/Sources/App/\(String(repeating: "Directory", count: 2))/File\(10_000 + $0).swift"
    }
    let changed = ChangedFiles(Set(paths))
    let told = try value("HOTRELOAD_CHANGED", of: changed).split(separator: "\n").map(String.init)
    #expect(told.count < paths.count && told == Array(paths.prefix(told.count)))
    let warning = try #require(changed.warning)
    #expect(warning.contains("\(told.count) of 5000") && warning.contains("HOTRELOAD_CHANGED_FILE"))
    let file = try FileSystem.read(try value("HOTRELOAD_CHANGED_FILE", of: changed))
    #expect(String(decoding: file, as: UTF8.self) == paths.map { $0 + "\n" }.joined())
    let command = Command(["/bin/true"], environment: changed.variables, directory: "/")
    #expect(try command.output() == "")
  }
}
