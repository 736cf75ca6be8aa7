import Testing

extension EndToEnd {
  @Suite("warnings")
  struct WarningTests {
    @Test("of a file are counted while it is not compiled, and forgotten when it is")
    func uncompiled() throws {
      try withPackage { package in
        let other = package.root + "/Sources/App/other.c"
        try package.replace(other, "#warning later\nint other;\n")
        let hotReload = try package.serving()
        try hotReload.await("other.c:1:2: warning: later")
        try package.save("two")
        try hotReload.await("; 1 warning in files that were not compiled")
        try package.replace(other, "int other = 1;\n")
        try hotReload.await("generation 3 is live")
        #expect(hotReload.errors.lines(with: "warning: later").count == 1)
        #expect(hotReload.errors.lines(with: "not compiled").count == 1)
      }
    }

    @Test("are not printed with --quiet, and errors are")
    func quiet() throws {
      try withPackage { package in
        try package.replace(package.root + "/Sources/App/other.c", "#warning later\nint other;\n")
        let hotReload = try package.serving("--quiet", "--times")
        try package.save("two", "#error not finished")
        try hotReload.await("error: not finished")
        try hotReload.await("build failed")
        try package.save("three")
        try hotReload.await("is live after")
        #expect(hotReload.errors.lines(with: "warning: later").isEmpty)
        #expect(hotReload.errors.lines(with: "changed").isEmpty)
        let own = hotReload.errors.lines(with: "[hotreload]")
        #expect(own.allSatisfy { $0.contains(#/^\d\d:\d\d:\d\d \[hotreload\] /#) })
        #expect(own.count == 4)  // it listens, the failure, the build after it, and the swap after that
      }
    }
  }
}
