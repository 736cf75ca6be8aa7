internal import FoundationEssentials

/// The terminals in which SwiftPM has planned the package, the newest first. Each has the session variables
/// of the environment with which a ``PlanRecord`` was signed.
struct KnownTerminals: Equatable {
  /// A terminal with its plan.
  struct Terminal: Equatable, Codable {
    /// The ``PlanRecord/signature``; `nil` if SwiftPM has not written one.
    let plan: Int64?
    /// The session variables, as `NAME=value`.
    let session: [String]
  }

  /// The terminals, the newest first.
  private(set) var terminals: [Terminal] = []
  /// The maximum number of terminals.
  private static let limit = 8

  init() {}

  /// Returns the session variables with which SwiftPM made a plan; `nil` if they are not known.
  func session(of plan: Int64?) -> [String]? { terminals.first { $0.plan == plan }?.session }

  /// The session variables of the newest plan; `nil` if there is none.
  var newest: [String]? { terminals.first?.session }

  /// Records the session variables with which a plan was made.
  mutating func record(_ session: [String], of plan: Int64?) {
    let terminal = Terminal(plan: plan, session: session)
    terminals = Array(([terminal] + terminals.filter { $0.plan != plan }).prefix(Self.limit))
  }

  /// Parses the text that ``json`` returns. Invalid text results in no terminals. Variables that are not
  /// session variables are left out.
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

  /// The terminals as JSON.
  var json: String {
    (try? JSONEncoder().encode(terminals)).map { String(decoding: $0, as: UTF8.self) } ?? "[]"
  }
}
