/// Whose session variables SwiftPM's commands get, so that SwiftPM finds the environment of its last plan.
struct TerminalChoice {
  /// The terminals of earlier plans.
  let known: KnownTerminals
  /// The plan that is in SwiftPM's database; `nil` if there is none.
  let plan: Int64?
  /// The session variables of hotreload's own terminal.
  let own: [String]
  /// The session variables of hotreload's last command.
  let current: [String]?
  /// The session variables of the last SwiftPM that was seen to work in the package meanwhile.
  let seen: [String]?
  /// Whether the last plan may have been made in hotreload's own terminal.
  let ownIsPossible: Bool

  /// The variables to take. If the last plan is not known, nobody can tell with which variables it was made: SwiftPM keeps
  /// only a hash of them.
  var session: [String] {
    if let session = known.session(of: plan) { return session }
    if let session = seen ?? current { return session }
    return ownIsPossible ? own : known.newest ?? own
  }
}
