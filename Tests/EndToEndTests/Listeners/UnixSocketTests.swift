import Foundation
import Testing

extension EndToEnd {
  @Suite("a server on a Unix domain socket")
  struct UnixSocketTests {
    /// Swaps three times under load, at an address that every client finds throughout.
    private func swaps(_ package: TemporaryPackage, _ code: [String], at address: String) throws
      -> RunningHotReload
    {
      try package.save(header: package.header("one", code))
      let hotReload = try package.hotReload(["run", "--probation", "10ms"], in: package.root)
      try hotReload.await("generation 1 listens on \(address)")
      let load = package.load(port: 0, host: address)
      for generation in 2...4 {
        let old = try answer(port: 0, host: address).pid
        try package.save(header: package.header("number-\(generation)", code))
        try hotReload.await("generation \(generation) is live after ")
        for _ in 1...20 { #expect(try answer(port: 0, host: address).greeting == "number-\(generation)") }
        try eventually("the end of the old one") { !ObservedProcess.exists(old) }
        try load.goesOn()
      }
      #expect(try load.end() == [:])
      return hotReload
    }

    @Test(
      "that removes the path when it starts and when it ends loses nothing; the path stays until the last ends"
    )
    func path() throws {
      try withServer { package in
        let path = package.directory + "/socket"
        let code = [
          "#define LISTENERS {\"\(path)\", \"\"}",
          "#define BEFORE_BIND unlink(address)",
          "#define AFTER_LISTEN chmod(\"\(path)\", 0600); signal(SIGTERM, leave)",
          "#include <sys/stat.h>",
          "static void leave(int signal) { (void)signal; unlink(\"\(path)\"); _exit(0); }",
        ]
        let hotReload = try swaps(package, code, at: path)
        #expect(package.exists(path))
        try hotReload.process.signal(SIGINT)
        try hotReload.process.awaitEnd()
        #expect(!package.exists(path))
      }
    }

    @Test(
      "that names it relatively, through a link, and with unlinkat(2) or remove(3)",
      arguments: [
        "unlinkat(AT_FDCWD, address, 0)", "remove(address)",
        "int here = open(\"link\", O_RDONLY | O_DIRECTORY); unlinkat(here, \"socket\", 0)",
      ])
    func relativePath(statement: String) throws {
      try withServer { package in
        try package.makeDirectory(package.root + "/place")
        symlink("place", package.root + "/link")
        let code = ["#define LISTENERS {\"link/socket\", \"\"}", "#define BEFORE_BIND \(statement)"]
        _ = try swaps(package, code, at: package.root + "/place/socket")
      }
    }

    @Test("with an abstract name loses nothing")
    func abstractName() throws {
      try withServer { package in
        let name = "@hotreload-test-\(UUID().uuidString.prefix(8))"
        _ = try swaps(package, ["#define LISTENERS {\"\(name)\", \"\"}"], at: name)
      }
    }

    @Test("at which hotreload listens itself cannot remove it; it goes with hotreload")
    func listenedAt() throws {
      try withServer { package in
        let path = package.directory + "/socket"
        try package.replace(package.root + "/.reload.toml", "swap.listen = [\"\(path)\"]\n")
        let code = ["#define LISTENERS {\"\(path)\", \"\"}", "#define AFTER_LISTEN unlink(\"\(path)\")"]
        let hotReload = try swaps(package, code, at: path)
        try hotReload.process.signal(SIGINT)
        try hotReload.process.awaitEnd()
        #expect(!package.exists(path))
      }
    }

    @Test("at which there is something else is refused, and that stays")
    func occupied() throws {
      try withServer { package in
        let path = package.directory + "/notes.txt"
        try package.replace(path, "precious")
        try package.replace(package.root + "/.reload.toml", "swap.listen = [\"\(path)\"]\n")
        let hotReload = try package.hotReload(["run"])
        try hotReload.await("cannot listen on \(path): ")
        try hotReload.process.awaitEnd()
        #expect(try package.text(path) == "precious")
      }
    }

    @Test("at which hotreload does not listen itself any more keeps it")
    func notListenedAt() throws {
      try withServer { package in
        let path = package.directory + "/a söcket"
        let settings = package.root + "/.reload.toml"
        let code = ["#define LISTENERS {\"\(path)\", \"\"}"]
        try package.save(header: package.header("one", code))
        try package.replace(settings, "swap.listen = [\"\(path)\"]\n")
        let hotReload = try package.hotReload(["run"])
        try hotReload.await("generation 1 listens on \(path)")
        try package.replace(settings, "")
        try hotReload.await("generation 2 is live after ")
        #expect(try answer(port: 0, host: path).greeting == "one")
        try package.save(header: package.header("two", code))
        try hotReload.await("generation 3 is live after ")
        #expect(try answer(port: 0, host: path).greeting == "two")
      }
    }

    @Test("whose path somebody has removed is found again with the next save")
    func removed() throws {
      try withServer { package in
        let path = package.directory + "/socket"
        let code = ["#define LISTENERS {\"\(path)\", \"\"}"]
        try package.save(header: package.header("one", code))
        let hotReload = try package.serving()
        #expect(try answer(port: 0, host: path).greeting == "one")
        try FileManager.default.removeItem(atPath: path)
        try package.save(header: package.header("two", code))
        try hotReload.await("generation 2 is live after ")
        #expect(try answer(port: 0, host: path).greeting == "two")
      }
    }
  }
}
