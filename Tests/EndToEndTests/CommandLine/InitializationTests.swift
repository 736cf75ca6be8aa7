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
  }
}
