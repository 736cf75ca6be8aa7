import Foundation
import Testing

extension EndToEnd {
  @Suite("a server over HTTP/2", .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/node")))
  struct HTTP2Tests {
    @Test("finishes the streams that are open, and asks all its clients to leave")
    func swap() throws {
      try withPackage(fixture: "ScriptServer") { package in
        let gate = try package.makeGate()
        let command = "\"/usr/bin/env\", \"GATE=\(gate.path)\", \"/usr/bin/node\", \"http2_server.js\""
        let code = ["#define COMMAND \(command)"]
        try package.save(header: package.header("one", code))
        let hotReload = try package.serving("--probation", "10ms")
        let busy = try HTTP2Client(port: package.port), idle = try HTTP2Client(port: package.port)
        #expect(try busy.answer(on: busy.send()).greeting == "one")
        #expect(try idle.answer(on: idle.send()).greeting == "one")
        let slow = try busy.send("/slow")
        try gate.awaitReader()
        try package.save(header: package.header("two", code))
        try hotReload.await("generation 2 is live after ")
        try idle.awaitGoAway()
        try busy.awaitGoAway()
        let new = try HTTP2Client(port: package.port)
        #expect(try new.answer(on: new.send()).greeting == "two")
        try gate.open("go on")
        #expect(try busy.answer(on: slow).greeting == "one")
        try hotReload.await("[hotreload] generation 1 drained 1 request and exited")
      }
    }
  }
}
