import Foundation
import Testing

extension EndToEnd {
  @Suite("hotreload init")
  struct InitializationTests {
    @Test("names the products of the package, its framework, and files that servers read, all as comments")
    func suggestions() throws {
      try withPackage { package in
        try package.declare(["App", "Worker"])
        try package.replace(package.root + "/.env", "")
        try package.makeDirectory(package.root + "/Public")
        let running = try package.hotReload(["init"], in: package.root + "/Sources/App")
        try running.output.await("wrote ")
        #expect(try running.process.awaitEnd() == .exited(0))
        let text = try package.text(package.root + "/.reload.toml")
        #expect(text.hasPrefix("# For a package with App, Worker.\n"))
        #expect(text.contains("\n# product = \"App\"  # or \"Worker\"\n"))
        #expect(text.contains("\n# env-files = [\".env\"]\n"))
        #expect(text.contains("\n# restart-on = [\"Public\"]\n"))
        #expect(text.split(separator: "\n").allSatisfy { $0.hasPrefix("#") || $0.hasPrefix("[") })
      }
    }

    @Test("writes a task for Visual Studio Code, and never over another file")
    func vscode() throws {
      try withPackage { package in
        let first = try package.hotReload(["init", "--vscode"])
        #expect(
          try first.output.awaitEnd()
            == "wrote ./.vscode/tasks.json with the task 'hotreload'; start it with Terminal > Run Build Task\n"
        )
        #expect(try first.process.awaitEnd() == .exited(0))
        let path = package.root + "/.vscode/tasks.json"
        #expect(try package.text(path).contains("\"beginsPattern\": \"^"))
        #expect(!package.exists(package.root + "/.reload.toml"))
        try package.replace(path, "{ /* mine */ }\n")
        let second = try package.hotReload(["init", "--vscode"], in: package.root + "/Sources")
        #expect(
          try second.errors.awaitEnd().hasPrefix(
            "error: \(path) already exists; add this task to its \"tasks\":\n{\n  \"label\": \"hotreload\",\n"
          ))
        #expect(try second.process.awaitEnd() == .exited(1))
        #expect(try package.text(path) == "{ /* mine */ }\n")
      }
    }
  }
}
