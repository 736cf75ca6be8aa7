import Foundation
import Interposer
import Testing

@Suite("The floors of the interposer")
struct FloorTests {
  @Test("call down only")
  func downOnly() throws {
    let graph = try CallGraph()
    #expect(graph.needs.filter(\.isUpward) == [])
    #expect(graph.needs.count > 100)
    if ProcessInfo.processInfo.environment["INTERPOSER_CALLS"] == "1" { print(graph.table) }
  }

  @Test("are not called from below unseen: the test above finds a planted call")
  func planted() throws {
    let code = """
      #include "listeners.h"
      void connection_is_shared(int fd);
      void planted(int fd);
      void planted(int fd) { connection_is_shared(fd); }
      """
    let graph = try CallGraph(planted: [("listeners/planted.c", code)])
    #expect(
      graph.needs.filter(\.isUpward).map(\.description) == [
        "listeners/planted.c → connections/connections.c: connection_is_shared"
      ])
  }
}
