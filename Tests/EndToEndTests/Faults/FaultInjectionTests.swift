import Foundation
import Testing
import TestTraits

extension EndToEnd {
  @Suite("a generation with a fault in a swap", .long)
  struct FaultInjectionTests {
    @Test("leaves one that serves, the port open, and nothing behind", arguments: FaultInjectionCase.all)
    func faulty(_ fault: FaultInjectionCase) throws {
      try withPackage(fixture: "FaultyServer") { package in
        let server = try FaultyServer(package)
        let isOld = fault.generation == 1
        try server.save("one", at: isOld ? fault.step : "-", isOld ? fault.fault : "-")
        let hotReload = try package.serving()
        let inode = try #require(try Ports.inode(of: package.port))
        let load = package.load([.fresh, .fresh])
        try load.goesOn()
        try server.save("two", at: isOld ? "-" : fault.step, isOld ? "-" : fault.fault)
        let victim = try FaultyServer.awaitStep(fault.step, hotReload)
        try hotReload.await(fault.line)
        if fault.remedy == .go { kill(victim, SIGCONT) }
        try server.awaitOneGeneration()
        #expect(try package.answer().greeting == fault.answers)
        try server.save("three")
        if fault.remedy == .end { try hotReload.await("generation 1 again did not hand over; ") }
        try hotReload.await("generation 3 is live after ")
        #expect(try package.answer().greeting == "three")
        try server.awaitOneGeneration()
        try load.goesOn()
        let losses = try load.end()
        #expect(fault.loses ? Load.isOneEach(losses, of: 2) : losses == [:], "\(losses)")
        #expect(try Ports.inodes(of: package.port) == [inode])
      }
    }
  }
}
