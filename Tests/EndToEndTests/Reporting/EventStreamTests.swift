import Foundation
import Posix
import Testing

extension EndToEnd {
  @Suite("the stream of events")
  struct EventStreamTests {
    /// A line of the event file.
    struct Event: Decodable {
      let event: String
      let time: Double
      var version, pid, generation, serving, line: Int?
      var address, ending, reason, severity, file, text: String?
      var seconds, ready, pause: Double?
      var fast: Bool?
      var files: [String]?
    }

    private func events(_ text: String) throws -> [Event] {
      try text.split(separator: "\n").map { try JSONDecoder().decode(Event.self, from: Data($0.utf8)) }
    }

    @Test("tells whoever reads a FIFO of saves, builds, their errors, swaps, and deaths")
    func story() throws {
      try withPackage { package in
        let fifo = package.directory + "/events"
        #expect(mkfifo(fifo, 0o600) == 0)
        let hotReload = try package.serving("--events", fifo)
        let stream = Transcript(readingFrom: open(fifo, O_RDONLY | O_CLOEXEC))
        func awaitEvent(_ name: String) throws { try stream.await("\"event\":\"\(name)\"") }
        try awaitEvent("no-fast-builds")
        try package.save("two")
        try awaitEvent("drained")
        try package.save("three", "#define AFTER_LISTEN nothing")
        try awaitEvent("build-failed")
        try package.save("four", "#define BEFORE_LISTEN exit(3)")
        try awaitEvent("died-before-ready")
        try package.save("two")
        try awaitEvent("same-program")
        try hotReload.process.signal(SIGINT)
        _ = try hotReload.process.awaitEnd()

        let all = try events(try stream.awaitEnd())
        #expect(all[0].event == "run")
        #expect(all[0].version == 1)
        #expect(try all[0].pid == Int(hotReload.process.pid))
        #expect(zip(all, all.dropFirst()).allSatisfy { $0.time <= $1.time })
        #expect(
          all.map(\.event).filter { !["message", "seen"].contains($0) && !$0.contains("fast-build") } == [
            "run", "building", "built", "started", "listening", "changed", "building",
            "built",
            "swapped", "drained",
            "changed", "building", "diagnostic", "diagnostic", "build-failed", "changed", "building", "built",
            "died-before-ready",
            "changed", "building", "same-program", "leaving", "ended",
          ])
        #expect(try all.first("listening").address == "127.0.0.1:\(package.port)")
        #expect(try all.first("no-fast-builds").reason != nil)
        for event in ["seen", "changed"] {
          #expect(try all.first(event).files == ["Sources/App/behaviour.h"])
        }
        #expect(try all.first("built").fast == false)
        let swapped = try all.first("swapped")
        #expect(swapped.generation == 2)
        #expect(0 < swapped.ready ?? 0 && swapped.ready ?? 0 <= swapped.seconds ?? 0)
        #expect(
          "[hotreload] \(swapped.text ?? "")" == hotReload.errors.lines(with: "generation 2 is live").first)
        let diagnostic = try all.first("diagnostic")
        #expect(diagnostic.severity == "error")
        #expect(diagnostic.file?.hasSuffix("/Sources/App/main.c") == true)
        #expect(diagnostic.line != nil)
        #expect(try all.first("build-failed").serving == 2)
        #expect(try all.first("died-before-ready").ending == "exited with code 3")
      }
    }

    @Test("adds to a file, also when it is watched, and moves to another with the settings")
    func file() throws {
      try withPackage { package in
        let (first, second) = (package.root + "/events/1", package.root + "/events/2")
        try package.makeDirectory(package.root + "/events", ["1": "before\n"])
        func settings(_ path: String) -> String {
          """
          [console]
          events = "\(path)"
          [watch]
          include = ["events"]
          poll = true
          poll-interval = "20ms"

          """
        }
        try package.replace(package.root + "/.reload.toml", settings("events/1"))
        let hotReload = try package.serving()
        try package.save("two")
        try hotReload.await("generation 2 is live after ")
        #expect(hotReload.errors.lines(with: "events/") == [])
        try package.replace(package.root + "/.reload.toml", settings("events/2"))
        try hotReload.await("applied the settings of .reload.toml")
        try package.save("three")
        try hotReload.await("generation 3 is live after ")
        try package.replace(package.root + "/.reload.toml", settings("nowhere/1"))
        try hotReload.await(
          "error: cannot write to \(package.root)/nowhere/1 ('console.events'): No such file or directory")
        try package.save("four")
        try hotReload.await("generation 4 is live after ")

        let text = try package.text(first)
        #expect(text.hasPrefix("before\n"))
        let before = try events(String(text.dropFirst("before\n".count)))
        let after = try events(try package.text(second))
        #expect(before.filter { $0.event == "swapped" }.map(\.generation) == [2])
        #expect(after.filter { $0.event == "swapped" }.map(\.generation) == [3, 4])
        #expect(after.first?.event == "run")
        #expect(hotReload.errors.lines(with: "events/2") == [])
      }
    }

    @Test("is made anew when its file was moved away, of which nothing is a save, by whatever name")
    func moved() throws {
      try withPackage { package in
        try package.makeDirectory(package.root + "/events")
        try package.replace(
          package.root + "/.reload.toml",
          "[watch]\ninclude = [\"events\"]\npoll = true\npoll-interval = \"20ms\"\n")
        symlink("events/1", package.root + "/link")
        let hotReload = try package.serving("--events", "link")
        let path = package.root + "/events/1"
        try package.save("two")
        try hotReload.await("generation 2 is live after ")
        try package.move(path, path + ".old")
        try package.save("three")
        try hotReload.await("generation 3 is live after ")
        try package.save("four")
        try hotReload.await("generation 4 is live after ")
        let names = [path + ".old", path]
        let swaps = try names.map {
          try events(package.text($0)).filter { $0.event == "swapped" }.map(\.generation)
        }
        #expect(swaps == [[2], [3, 4]])
        #expect(hotReload.errors.lines(with: "built in ").count == 4)
      }
    }

    @Test("goes to a descriptor that the caller has opened, and to no other")
    func descriptor() throws {
      try withPackage { package in
        let path = package.directory + "/events"
        let shell = "exec \"$0\" \"$@\" 3>'\(path)'"
        let hotReload = try package.hotReload(["run", "--events", "/dev/fd/3"], shell: shell)
        try hotReload.await("generation 1 listens on")
        try eventually("the event") { try package.text(path).contains("\"event\":\"listening\"") }
        let refused = try package.hotReload(["run", "--events", "/dev/fd/4"], shell: shell)
        #expect(try refused.process.awaitEnd() == .exited(1))
        #expect(
          try refused.errors.awaitEnd()
            == "error: cannot write to /dev/fd/4 ('console.events'): Bad file descriptor\n")
      }
    }

    @Test("that cannot be written to is an error of the user's")
    func refused() throws {
      try withPackage { package in
        let hotReload = try package.hotReload(["run", "--events", "/nowhere/events"])
        #expect(try hotReload.process.awaitEnd() == .exited(1))
        #expect(
          try hotReload.errors.awaitEnd()
            == "error: cannot write to /nowhere/events ('console.events'): No such file or directory\n")
      }
    }
  }
}

extension [EndToEnd.EventStreamTests.Event] {
  /// Returns the first event of this name.
  fileprivate func first(_ name: String) throws -> Element {
    guard let found = first(where: { $0.event == name }) else { throw Missing(event: name) }
    return found
  }

  private struct Missing: Error { let event: String }
}
