import Foundation

/// A server that can be measured, or in a line why it cannot, and what to do.
enum FoundServer {
  case server(MeasuredServer)
  case absent(String)
}

extension MeasuredServer {
  /// What is built or installed, and what is not. Programs and scripts are made in `directory`.
  static func all(in directory: String) throws -> [FoundServer] {
    let tests = URL(filePath: #filePath).appending(path: "../../../Tests").standardized.path
    return (try FrameworkServer.all.map { try $0.find(in: tests) })
      + (try ScriptServer.all.map { try $0.find(in: tests, copyTo: directory) })
      + (try PlainServer.all.map { try $0.find(in: tests, buildIn: directory) })
  }
}
