import Testing

extension EndToEnd {
  @Suite("a server that waits with poll(2) or select(2)")
  struct WaysOfWaitingTests {
    @Test(
      "loses nothing over five swaps under load",
      arguments: zip(["poll", "ppoll", "select", "pselect"], ["SOCK_NONBLOCK", "0", "0", "SOCK_NONBLOCK"]))
    func nothingIsLost(way: String, flags: String) throws {
      try withPackage(fixture: "PollServer") { package in
        let code = ["#define WAIT wait_with_\(way)", "#define LISTENER_FLAGS \(flags)"]
        try package.save(header: package.header("one", code))
        try package.swapUnderLoad(code)
      }
    }
  }
}

extension TemporaryPackage {
  /// Five swaps of a server whose header has `code` in it, under load: the listening socket stays the same, and no
  /// request is lost or answered by old code.
  func swapUnderLoad(
    _ code: [String] = [], _ clients: [Load.Kind] = [.fresh, .fresh, .keepAlive, .keepAlive, .slow]
  )
    throws
  {
    let hotReload = try serving("--probation", "10ms")
    let inode = try #require(try Ports.inode(of: port))
    let load = Load(port: port, clients)
    for generation in 2...6 {
      try save(header: header("number-\(generation)", code))
      try hotReload.await("generation \(generation) serves after ")
      #expect(try answer().greeting == "number-\(generation)")
      try load.goesOn()
      #expect(try Ports.inode(of: port) == inode)
    }
    #expect(try load.end() == [:])
  }
}
