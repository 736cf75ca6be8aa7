import Foundation

/// A server that can be measured, or the reason why it cannot, with what to install.
enum FoundServer {
  case server(MeasuredServer)
  case absent(String)
}

/// A server that may be available. To find it may include compiling it.
struct ServerCandidate {
  let name: String
  let way: String
  let find: () throws -> FoundServer
}

extension MeasuredServer {
  /// Returns all servers that can be measured if they are built or installed. Programs and scripts are
  /// created in `directory`.
  static func candidates(in directory: String) -> [ServerCandidate] {
    let tests = URL(filePath: #filePath).appending(path: "../../../Tests").standardized.path
    return FrameworkServer.all.map { server in
      ServerCandidate(name: server.label, way: server.way) { try server.find(in: tests) }
    }
      + ScriptServer.all.map { server in
        ServerCandidate(name: server.name, way: server.way) { try server.find(in: tests, copyTo: directory) }
      }
      + InstalledServer.all.map { server in
        ServerCandidate(name: server.name, way: server.way) {
          try server.find(in: tests, makingIn: directory)
        }
      }
      + PlainServer.all.map { server in
        ServerCandidate(name: server.name, way: server.way) { try server.find(in: tests, buildIn: directory) }
      }
  }
}
