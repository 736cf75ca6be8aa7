/// Chooses the session variables for SwiftPM's commands, so that they match those of its last plan.
struct TerminalChoice {
  /// The terminals of earlier plans.
  let known: KnownTerminals
  /// The signature of the plan in SwiftPM's database; `nil` if there is none.
  let plan: Int64?
  /// The session variables of hotreload's own terminal.
  let own: [String]
  /// The session variables of hotreload's last command.
  let current: [String]?
  /// The session variables of the last other SwiftPM that was observed since then.
  let seen: [String]?
  /// Whether the last plan may have been made in hotreload's own terminal.
  let ownIsPossible: Bool

  /// The chosen variables. If the last plan is unknown they are a guess, because SwiftPM stores only a hash
  /// of them.
  var session: [String] {
    if let session = known.session(of: plan) { return session }
    if let session = seen ?? current { return session }
    return ownIsPossible ? own : known.newest ?? own
  }
}
