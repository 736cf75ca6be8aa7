import Testing

extension EndToEnd {
  @Suite("a save")
  struct SwapTests {
    @Test("a first start serves, and the next save changes the next answer")
    func saveChangesTheNextAnswer() throws {
      try withPackage { package in
        let hotReload = try package.serving()
        let first = try package.answer()
        #expect(first.greeting == "one")
        try package.save("two")
        try hotReload.await("Sources/App/behaviour.h changed")
        try hotReload.await("built in ")
        try hotReload.await("generation 2 serves after ")
        let second = try package.answer()
        #expect(second.greeting == "two")
        #expect(second.pid != first.pid)
      }
    }

    @Test("over five swaps under load the listening socket stays the same, and no request is lost")
    func nothingIsLost() throws {
      try withPackage { package in
        let hotReload = try package.serving()
        let inode = try #require(try Ports.inode(of: package.port))
        let load = Load(port: package.port)
        for generation in 2...6 {
          try package.save("number-\(generation)")
          try hotReload.await("generation \(generation) serves after ")
          #expect(try package.answer().greeting == "number-\(generation)")
          try load.goesOn()
          #expect(try Ports.inode(of: package.port) == inode)
        }
        #expect(try load.end() == [:])
      }
    }
  }
}
