/// The news of live generations that browsers, the user's command and the terminal have had.
struct Announced: Equatable, Sendable {
  /// The program that served when the pages of browsers were last loaded.
  var program: Artifact?
  /// The last generation for which the user's command after a swap was run.
  var hooked = 0
  /// The addresses of the last generation that was live and ended before its successor was started. Those that
  /// the successor does not listen at are reported once it has had the time to open its listeners.
  var formerAddresses: [String] = []
}
