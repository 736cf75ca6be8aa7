internal import FoundationEssentials

/// The terminals in which SwiftPM has planned the package, newest first: for each ``PlanRecord`` the session variables of the
/// environment that it was signed with.
struct KnownTerminals: Equatable {
  /// One of them.
  struct Terminal: Equatable, Codable {
    /// ``PlanRecord/signature``; `nil` if SwiftPM had written none.
    let plan: Int64?
    /// As `NAME=value`.
    let session: [String]
  }

  private(set) var terminals: [Terminal] = []
  private static let limit = 8

  init() {}

  /// The session variables in force when SwiftPM made this plan.
  func session(of plan: Int64?) -> [String]? { terminals.first { $0.plan == plan }?.session }

  /// The terminal of the newest plan.
  var newest: [String]? { terminals.first?.session }

  /// This plan was made with these variables.
  mutating func record(_ session: [String], of plan: Int64?) {
    let terminal = Terminal(plan: plan, session: session)
    terminals = Array(([terminal] + terminals.filter { $0.plan != plan }).prefix(Self.limit))
  }

  /// From a file. Without terminals if it is not one that ``json`` makes; with session variables only, whatever is in it.
  init(json: [UInt8]) {
    guard let read = try? JSONDecoder().decode([Terminal].self, from: Data(json)) else { return }
    terminals = read.prefix(Self.limit).map { terminal in
      let session = terminal.session.filter { variable in
        variable.contains("=") && !variable.utf8.contains(0)
          && SessionVariables.contains(variable.variableName)
      }
      return Terminal(plan: terminal.plan, session: session)
    }
  }

  /// For a file.
  var json: String {
    (try? JSONEncoder().encode(terminals)).map { String(decoding: $0, as: UTF8.self) } ?? "[]"
  }
}
