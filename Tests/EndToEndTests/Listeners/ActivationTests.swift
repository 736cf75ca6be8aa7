import Foundation
import Testing

extension EndToEnd {
  @Suite("addresses that hotreload opens itself")
  struct ActivationTests {
    /// Settings of a project whose server reads its greeting from a file.
    static func write(_ package: TemporaryPackage, run: String, build: String = "true") throws {
      try package.replace(package.root + "/greeting", "one\n")
      try writeSettings(package, run: run, build: build, listen: "\"http=127.0.0.1:\(package.port)\"")
    }

    private static func writeSettings(
      _ package: TemporaryPackage, run: String, build: String = "true", listen: String
    ) throws {
      try package.replace(
        package.root + "/.reload.toml",
        """
        [build]
        command = "\(build)"
        [run]
        command = \(run)
        environment = { GREETING = "same" }
        [watch]
        include = ["greeting"]
        [swap]
        listen = [\(listen)]

        """)
    }

    static let python = "[\"/usr/bin/python3\", \"activated_server.py\"]"

    @Test("wait for the first build, and are handed to a server that takes LISTEN_FDS, without a loss")
    func takesDescriptors() throws {
      try withPackage(fixture: "ScriptServer") { package in
        let gate = try package.makeGate()
        try Self.write(package, run: Self.python, build: "cat \(gate.path)")
        let hotReload = try package.hotReload(["run"])
        try gate.awaitReader()
        let early = try Connection(port: package.port)
        try early.send()
        try gate.open()
        try hotReload.await("generation 1 listens on 127.0.0.1:\(package.port)")
        #expect(try Answer(early.receive()).greeting == "one")
        let load = package.load()
        for (generation, greeting) in [(2, "two"), (3, "three"), (4, "four")] {
          try package.replace(package.root + "/greeting", greeting)
          try hotReload.await("generation \(generation) is live after ")
          #expect(try package.answer().greeting == greeting)
          try load.goesOn()
        }
        #expect(try load.end() == [:])
      }
    }

    @Test("are the same to a server that binds them itself")
    func bindsItself() throws {
      try withPackage(fixture: "ScriptServer") { package in
        try Self.write(package, run: "[\"/usr/bin/python3\", \"http_server.py\"]")
        let hotReload = try package.hotReload(["run"])
        try hotReload.await("generation 1 listens on 127.0.0.1:\(package.port)")
        let inode = try Ports.inode(of: package.port)
        let load = package.load()
        try package.replace(package.root + "/greeting", "two")
        try hotReload.await("generation 2 is live after ")
        try load.goesOn()
        #expect(try load.end() == [:])
        #expect(try Ports.inode(of: package.port) == inode)
      }
    }

    @Test("may be written in another way than the server binds them")
    func otherWords() throws {
      try withPackage(fixture: "ScriptServer") { package in
        try Self.writeSettings(
          package, run: "[\"/usr/bin/env\", \"HOST=::1\", \"python3\", \"asyncio_server.py\"]",
          listen: "\"[0:0:0:0:0:0:0:1]:\(package.port)\"")
        try package.replace(package.root + "/greeting", "one")
        let hotReload = try package.hotReload(["run"])
        try hotReload.await("generation 1 listens on [::1]:\(package.port)")
        let inode = try Ports.inode(of: package.port, six: true)
        let load = package.load(host: "::1")
        try package.replace(package.root + "/greeting", "two")
        try hotReload.await("generation 2 is live after ")
        try load.goesOn()
        #expect(try load.end() == [:])
        #expect(try Ports.inode(of: package.port, six: true) == inode)
      }
    }

    @Test("may become others while a server listens there: nothing is lost")
    func changed() throws {
      try withPackage(fixture: "ScriptServer") { package in
        try package.replace(package.root + "/greeting", "activated")
        let run = """
          '[ "$LISTEN_FDNAMES" = http ] && exec python3 activated_server.py; exec python3 http_server.py'
          """
        try Self.writeSettings(package, run: run, listen: "")
        let hotReload = try package.serving()
        let load = package.load()
        let address = "127.0.0.1:\(package.port)"
        for (generation, listen, greeting) in [
          (2, "\"\(address)\"", "same"), (3, "\"http=\(address)\"", "activated"), (4, "", "same"),
        ] {
          try load.goesOn()
          try Self.writeSettings(package, run: run, listen: listen)
          try hotReload.await("generation \(generation) is live after ")
          #expect(try package.answer().greeting == greeting)
        }
        try package.replace(package.root + "/greeting", "none")
        try hotReload.await("generation 5 is live after ")
        try load.goesOn()
        #expect(try load.end() == [:])
      }
    }

    @Test("keep the port open for a server that is linked statically")
    func linkedStatically() throws {
      try withPackage(fixture: "ScriptServer") { package in
        try Self.write(
          package, run: "[\"./app\"]", build: "cc -static -DGREETING=$(cat greeting) -o app activated.c")
        let hotReload = try package.hotReload(["run"])
        try hotReload.await("cannot hand over 127.0.0.1:\(package.port): it is linked statically")
        try hotReload.output.await("runs")
        let load = package.load([.fresh, .fresh])
        for greeting in ["two", "three", "four"] {
          try package.replace(package.root + "/greeting", greeting)
          try hotReload.output.await("runs")
          #expect(try package.answer().greeting == greeting)
          try load.goesOn()
        }
        #expect(try load.end() == [:])
      }
    }

    @Test("that are taken are named, with the process that has them, before anything starts")
    func taken() throws {
      try withPackage(fixture: "ScriptServer") { package in
        try Self.write(package, run: Self.python)
        let other = try package.hotReload(["run"])
        try other.await("generation 1 listens")
        let second = try package.hotReload(["run"], environment: ["XDG_RUNTIME_DIR": nil])
        #expect(
          try second.await("error: ").hasPrefix(
            "error: hotreload ('swap.listen') cannot listen on 127.0.0.1:\(package.port): "))
        #expect(try second.process.awaitEnd() == .exited(1))
      }
    }

    @Test("may be one for IPv4 and one for IPv6 of the same port")
    func bothFamilies() throws {
      try withServer { package in
        let code = ["#define LISTENERS {\"0.0.0.0\", \"PORT\"}, {\"::\", \"PORT\"}"]
        try package.save(header: package.header("one", code))
        try package.replace(
          package.root + "/.reload.toml",
          "[swap]\nlisten = [\"[::]:\(package.port)\", \"0.0.0.0:\(package.port)\"]\n")
        let hotReload = try package.hotReload(["run"])
        try hotReload.await("generation 1 listens on ")
        let loads = ["127.0.0.1", "::1"].map { package.load(host: $0) }
        for load in loads { try load.goesOn() }
        try package.save(header: package.header("two", code))
        try hotReload.await("generation 2 is live after ")
        for load in loads {
          load.retire("one")
          try load.goesOn()
          #expect(try load.end() == [:])
        }
      }
    }

    @Test("that are no addresses are an error at their line")
    func noAddress() throws {
      try withPackage(fixture: "ScriptServer") { package in
        try package.replace(
          package.root + "/.reload.toml", "[run]\ncommand = \"true\"\n[swap]\nlisten = [\"localhost:80\"]\n")
        let hotReload = try package.hotReload(["run"])
        #expect(
          try hotReload.await("error: ").hasPrefix(
            "\(package.root)/.reload.toml:4:1: error: 'swap.listen' contains 'localhost:80', which is not an address; write it"
          ))
      }
    }
  }
}
