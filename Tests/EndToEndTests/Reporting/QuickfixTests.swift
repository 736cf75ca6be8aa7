import Foundation
import Posix
import Testing

extension EndToEnd {
  @Suite("the errors in an editor")
  struct QuickfixTests {
    /// The blocks of the page about editors, which users copy.
    private static func blocks(_ language: String) throws -> [String] {
      let here = URL(filePath: #filePath).deletingLastPathComponent()
      let page = try String(
        contentsOf: here.appending(path: "../../../Sources/HotReloadCLI/HotReloadCLI.docc/Editors.md"),
        encoding: .utf8)
      return page.components(separatedBy: "```\(language)\n").dropFirst().map {
        $0.components(separatedBy: "\n```")[0]
      }
    }

    /// Runs commands of Ex in Vim, in the package's directory, and returns the quickfix list: file, line, column, kind and
    /// text of each entry.
    private func quickfix(_ package: TemporaryPackage, _ script: String, _ command: String) throws -> [String]
    {
      let (vimrc, list) = (package.directory + "/vimrc", package.directory + "/list")
      try package.replace(vimrc, script + "\n")
      let entry =
        "fnamemodify(bufname(v:val.bufnr), ':p') . '|' . v:val.lnum . '|' . v:val.col . '|' . v:val.type . '|' . v:val.text"
      let vim = Command(
        path: "vim",
        arguments: [
          "vim", "-u", "NONE", "-N", "-es", "-c", "source \(vimrc)", "-c", command, "-c",
          "call writefile(map(getqflist(), \"\(entry)\"), '\(list)')", "-c", "qa!",
        ], environment: package.environment(), directory: package.root, parentDeathSignal: SIGKILL)
      let (ending, output) = try ChildProcess.run(vim)
      try #require(ending == .exited(0), "\(output)")
      return try package.text(list).split(separator: "\n").map(String.init)
    }

    @Test(
      "are in Vim's quickfix list, from the events and from the output, and are gone after the next build")
    func vim() throws {
      try withServer { package in
        let blocks = try Self.blocks("vim")
        try #require(blocks.count == 2)
        let hotReload = try package.serving("--events", ".hotreload.jsonl")
        try package.save("two", "#error not finished")
        try hotReload.await("build failed after ")
        let events = try quickfix(package, blocks[0], "HotReload")
        let place = "\(package.behaviour)|3|2|E|"
        #expect(
          events.count == 1 && events[0].hasPrefix(place) && events[0].hasSuffix("not finished"), "\(events)")
        try package.replace(package.root + "/hotreload.log", hotReload.errors.all)
        let output = try quickfix(package, blocks[1], "cgetfile hotreload.log")
        // `%t` takes the letter of the severity as it is.
        #expect(output.map { $0.lowercased() } == events.map { $0.lowercased() })
        try package.save("three")
        try hotReload.await("is live after ")
        #expect(try quickfix(package, blocks[0], "HotReload") == [])
      }
    }
  }
}
