import Foundation
import Testing

extension EndToEnd {
  @Suite("a generation that is injured in a swap", .long)
  struct InjuryTests {
    @Test("leaves one that serves, the port open, and nothing behind", arguments: InjuryCase.all)
    func injured(_ injury: InjuryCase) throws {
      try withPackage(fixture: "InjuredServer") { package in
        let server = try InjuredServer(package)
        let isOld = injury.generation == 1
        try server.save("one", at: isOld ? injury.step : "-", isOld ? injury.injury : "-")
        let hotReload = try package.serving()
        let inode = try #require(try Ports.inode(of: package.port))
        let load = package.load([.fresh, .fresh])
        try load.goesOn()
        try server.save("two", at: isOld ? "-" : injury.step, isOld ? "-" : injury.injury)
        let victim = try InjuredServer.awaitStep(injury.step, hotReload)
        try hotReload.await(injury.line)
        if injury.remedy == .go { kill(victim, SIGCONT) }
        try server.awaitOneGeneration()
        #expect(try package.answer().greeting == injury.answers)
        try server.save("three")
        if injury.remedy == .end { try hotReload.await("generation 1 again did not hand over; ") }
        try hotReload.await("generation 3 is live after ")
        #expect(try package.answer().greeting == "three")
        try server.awaitOneGeneration()
        try load.goesOn()
        let losses = try load.end()
        #expect(injury.loses ? Load.isOneEach(losses, of: 2) : losses == [:], "\(losses)")
        #expect(try Ports.inodes(of: package.port) == [inode])
      }
    }
  }
}
