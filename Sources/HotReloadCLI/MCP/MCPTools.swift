import Control
import Foundation
import Posix
import Project
import Reporting

/// The tools for a coding agent.
struct MCPTools: Sendable {
  /// The directory of the project, or one in it.
  let directory: String
  /// The process of hotreload, if the user has named one.
  let pid: CInt?

  /// The result of a tool.
  struct Answer {
    let text: String
    var isError = false
  }

  /// The time in seconds for which `wait`, `reload` and `restart` wait, unless the agent says otherwise.
  private static let patience = 120.0

  /// The descriptions of all tools, as the protocol lists them.
  static var descriptions: [[String: Any]] {
    let timeout: [String: Any] = [
      "type": "number", "description": "The maximum time in seconds. The default is \(Int(patience)).",
    ]
    let service: [String: Any] = ["type": "string", "description": "The service, if there are several."]
    let path: [String: Any] = ["type": "string", "description": "The path of a file or a directory."]
    return [
      tool(
        "status", "The services with state, generation, address and process; pending saves; the last build.",
        [:]),
      tool(
        "diagnostics", "What the compiler said in the last build: file, line, column, severity and text.", [:]
      ),
      tool(
        "wait",
        "Wait until everything that was saved is live. Fails with the errors if the build or the new code fails.",
        ["timeout_seconds": timeout]),
      tool(
        "reload", "Build now, start new processes, and wait until they are live.",
        ["timeout_seconds": timeout]),
      tool(
        "restart", "Start a new process without a build, and wait until it is live.",
        ["service": service, "timeout_seconds": timeout]),
      tool(
        "explain",
        "Explain what saving a file would do: build, restart, reload pages or nothing, and by which rule.",
        ["path": path], required: ["path"]),
    ]
  }

  private static func tool(
    _ name: String, _ description: String, _ properties: [String: Any], required: [String] = []
  ) -> [String: Any] {
    let schema: [String: Any] = ["type": "object", "properties": properties, "required": required]
    return ["name": name, "description": description, "inputSchema": schema]
  }

  /// Calls a tool; `nil` if there is none of this name.
  func call(_ name: String, _ arguments: [String: Any]) -> Answer? {
    let patience = min(max(0, arguments["timeout_seconds"] as? Double ?? Self.patience), 86_400)
    let service = arguments["service"] as? String
    switch name {
    case "status": return ask(.status, patience) { json($0.status) }
    case "diagnostics": return ask(.status, patience) { json($0.status?.build) }
    case "wait": return ask(.wait, patience) { $0.status?.summary ?? "" }
    case "reload": return ask(.reload, patience) { $0.status?.summary ?? "" }
    case "restart": return ask(.restart, service: service, patience) { $0.status?.summary ?? "" }
    case "explain": return explanation(of: arguments["path"] as? String ?? directory)
    default: return nil
    }
  }

  private func ask(
    _ command: ControlRequest.Command, service: String? = nil, _ seconds: Double,
    _ text: (ControlReply) -> String
  ) -> Answer {
    do {
      let session = try RunningSession(of: directory, pid: pid)
      let reply = try session.ask(ControlRequest(command, service: service), by: .now + .seconds(seconds))
      if reply.result == .done { return Answer(text: text(reply)) }
      return Answer(text: reply.text ?? "failed", isError: true)
    } catch let failure as ControlFailure {
      return Answer(text: failure.description, isError: true)
    } catch ControlConnection.Failure.timedOut {
      return Answer(
        text: "not live after \(Int(seconds)) s; ask for the status, or wait again", isError: true)
    } catch ControlConnection.Failure.notRunning {
      return Answer(text: "hotreload has ended", isError: true)
    } catch {
      return Answer(text: "\(error)", isError: true)
    }
  }

  private func explanation(of path: String) -> Answer {
    var invocation = Invocation()
    invocation.packagePath = directory
    var text = ""
    do {
      try explain([path], invocation, warn: { text += $0 + "\n" }, write: { text += $0 })
      return Answer(text: text)
    } catch { return Answer(text: "\(error)", isError: true) }
  }

  private func json(_ value: (some Encodable)?) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return value.flatMap { try? encoder.encode($0) }.map { String(decoding: $0, as: UTF8.self) } ?? "none yet"
  }
}
