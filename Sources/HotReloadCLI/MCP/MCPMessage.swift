import Control
import Foundation

/// A message of a client: a request or a notification of JSON-RPC 2.0.
struct MCPMessage: @unchecked Sendable {  // the values are those of JSON, which do not change
  /// The versions of the protocol that are spoken, the newest first.
  static let versions = ["2025-06-18", "2025-03-26", "2024-11-05"]

  /// The method; empty if there is none.
  let method: String
  /// The identity of a request; `nil` for a notification.
  private let id: Any?
  private let parameters: [String: Any]

  /// Parses a line. `nil` if it is not a JSON object.
  init?(_ line: String) {
    guard let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] else {
      return nil
    }
    method = object["method"] as? String ?? ""
    id = object["id"]
    parameters = object["params"] as? [String: Any] ?? [:]
  }

  /// Returns the reply in one line; `nil` for a notification.
  func reply(tools: MCPTools) -> String? {
    guard let id else { return nil }
    switch method {
    case "initialize": return Self.result(id: id, initialization)
    case "ping": return Self.result(id: id, [:])
    case "tools/list": return Self.result(id: id, ["tools": MCPTools.descriptions])
    case "tools/call":
      let name = parameters["name"] as? String ?? ""
      guard let answer = tools.call(name, parameters["arguments"] as? [String: Any] ?? [:]) else {
        return Self.error(id: id, code: -32602, "there is no tool named '\(name)'")
      }
      return Self.result(
        id: id, ["content": [["type": "text", "text": answer.text]], "isError": answer.isError])
    default: return Self.error(id: id, code: -32601, "there is no method '\(method)'")
    }
  }

  private var initialization: [String: Any] {
    let wanted = parameters["protocolVersion"] as? String
    return [
      "protocolVersion": Self.versions.first { $0 == wanted } ?? Self.versions[0],
      "capabilities": ["tools": [String: Any]()],
      "serverInfo": ["name": "hotreload", "version": hotreloadVersion],
      "instructions":
        """
      A Swift server runs under hotreload, which builds and swaps it on every save. After editing sources, call \
      wait: it returns when the edits are live, or with the errors of the compiler or the server.
      """,
    ]
  }

  private static func result(id: Any, _ result: [String: Any]) -> String {
    line(["jsonrpc": "2.0", "id": id, "result": result])
  }

  /// Returns the reply that a request has failed.
  static func error(id: Any, code: Int, _ text: String) -> String {
    line(["jsonrpc": "2.0", "id": id, "error": ["code": code, "message": text] as [String: Any]])
  }

  private static func line(_ object: [String: Any]) -> String {
    let options: JSONSerialization.WritingOptions = [.sortedKeys, .withoutEscapingSlashes]
    let data = try? JSONSerialization.data(withJSONObject: object, options: options)
    return String(decoding: data ?? Data(), as: UTF8.self)
  }
}
