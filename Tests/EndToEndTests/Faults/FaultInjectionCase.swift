import Testing

/// A fault of one generation at a step of a swap, and hotreload's reaction.
struct FaultInjectionCase: CustomTestStringConvertible, Sendable {
  /// The generation: 1 is the old one of the swap, 2 the new one.
  let generation: Int
  let step: String
  let fault: String
  /// A line that hotreload prints.
  let line: String
  /// The generation that answers afterwards.
  let answers: String
  /// Whether it dies with connections that it has accepted, which are lost.
  var loses = false
  var remedy = Remedy.none

  /// The action after which the next save can be swapped in.
  enum Remedy {
    case none
    /// The generation goes on.
    case go
    /// The generation never answers. For the next save it is ended, together with the connections that it has
    /// accepted.
    case end
  }

  var testDescription: String { "generation \(generation), \(fault) at \(step)" }

  static let all = newBeforeReady + newAtRelease + newOnProbation + oldAtPause + oldAfterPause

  private static func cases(
    _ generation: Int, _ steps: [String], _ faults: [String], _ line: String, answers: String,
    loses: Bool = false, remedy: Remedy = .none
  ) -> [FaultInjectionCase] {
    steps.flatMap { step in
      faults.map {
        FaultInjectionCase(
          generation: generation, step: step, fault: $0, line: line, answers: answers, loses: loses,
          remedy: remedy)
      }
    }
  }

  // The faults of the new generation until it is ready. The old one goes on, and nothing is lost.
  private static let newBeforeReady: [FaultInjectionCase] =
    cases(
      2, ["start", "before-hello", "before-bind", "before-listening", "before-polled"], ["kill"],
      "generation 2 was killed by SIGKILL before it was ready; generation 1 stays live", answers: "one")
    // It may have been released before it is gone.
    + cases(2, ["after-polled"], ["kill"], "generation 2 was killed by SIGKILL ", answers: "one", loses: true)
    + cases(
      2, ["got-granted"], ["kill"],
      "generation 2 was killed by SIGKILL before it was ready; generation 1 stays live", answers: "one")
    + cases(
      2, ["start", "before-hello", "before-bind", "before-listening", "before-polled"], ["stop", "hang"],
      "generation 2 was not ready within 1 s", answers: "one")
    + cases(2, ["got-granted"], ["stop"], "generation 2 was not ready within 1 s", answers: "one")
    + cases(
      2, ["before-polled"], ["silent", "cut", "garbage"], "generation 2 was not ready within 1 s",
      answers: "one")
    // The generation then has no link, and its port is in use.
    + cases(
      2, ["before-hello"], ["long", "empty"],
      "generation 2 exited with code 1 before it was ready; generation 1 stays live", answers: "one")
    + cases(
      2, ["before-bind", "before-listening", "before-polled"], ["long", "empty"],
      "generation 2 was killed by SIGKILL before it was ready; generation 1 stays live", answers: "one")
    + cases(
      2, ["before-polled"], ["descriptors"],
      "generation 2 was killed by SIGKILL before it was ready; generation 1 stays live", answers: "one")
    + cases(2, ["before-polled"], ["flood"], "generation 2 is live after ", answers: "two")
    + cases(
      2, ["socket", "before-bind"], ["emfile"],
      "generation 2 exited with code 1 before it was ready; generation 1 stays live", answers: "one")

  private static let swapFailed =
    "the swap failed: generation 1 did not hand over to generation 2 in time; generation 1 stays live"

  private static let notAccepting =
    "generation 2 was not ready within 300 ms: it does not accept connections; generation 1 stays live"

  // The faults of the new generation when it is released.
  private static let newAtRelease: [FaultInjectionCase] =
    cases(
      2, ["got-release"], ["kill", "exit"], "before it was ready; generation 1 stays live",
      answers: "one")
    + cases(
      2, ["before-released"], ["kill", "long", "empty", "descriptors"],
      "generation 2 was killed by SIGKILL before it was ready; generation 1 stays live",
      answers: "one", loses: true)
    + cases(2, ["got-release"], ["stop", "hang"], notAccepting, answers: "one")
    + cases(
      2, ["before-released"], ["stop", "hang", "silent", "cut", "garbage"], notAccepting, answers: "one",
      loses: true)
    + cases(2, ["before-released"], ["flood"], "generation 2 is live after ", answers: "two")

  // The faults of the new generation when it accepts while the old one still waits.
  private static let newOnProbation: [FaultInjectionCase] =
    cases(
      2, ["after-released"], ["kill"],
      "generation 2 was killed by SIGKILL right after the swap; generation 1 is live again", answers: "one",
      loses: true)
    // The server's thread may accept and answer before the library has reported it. Then it "was not ready".
    + cases(2, ["answered"], ["kill"], "generation 2 was killed by SIGKILL", answers: "one", loses: true)
    + cases(2, ["accept"], ["crash"], "generation 2 was killed by SIGABRT", answers: "one")
    + cases(2, ["accept"], ["exit"], "generation 2 exited with code 0", answers: "one")

  // The faults of the old generation when it is paused.
  private static let oldAtPause: [FaultInjectionCase] =
    cases(
      1, ["got-pause", "before-paused"], ["kill"], "generation 2 is live after ", answers: "two", loses: true)
    + cases(1, ["got-pause", "before-paused"], ["stop"], swapFailed, answers: "one", remedy: .go)
    + cases(1, ["got-pause"], ["hang"], swapFailed, answers: "one", loses: true, remedy: .end)
    + cases(1, ["before-paused"], ["silent", "cut", "garbage"], swapFailed, answers: "one")
    + cases(
      1, ["before-paused"], ["long", "empty", "descriptors"], "generation 2 is live after ", answers: "two",
      loses: true)
    + cases(1, ["before-paused"], ["flood"], "generation 2 is live after ", answers: "two")
    + cases(1, ["got-pause"], ["emfile"], "generation 2 is live after ", answers: "two")

  // The faults of the old generation when it has handed over.
  private static let oldAfterPause: [FaultInjectionCase] =
    cases(1, ["after-paused"], ["kill"], "generation 2 is live after ", answers: "two", loses: true)
    + cases(
      1, ["after-paused"], ["stop"], "generation 1 did not exit within 300 ms of SIGTERM; killed",
      answers: "two", loses: true)
    + cases(1, ["after-paused"], ["hang"], "generation 2 is live after ", answers: "two")
    + cases(1, ["before-settled"], ["silent"], "generation 2 is live after ", answers: "two")
    + cases(
      1, ["terminated"], ["stop", "hang"], "generation 1 did not exit within 300 ms of SIGTERM; killed",
      answers: "two")
    + cases(1, ["terminated"], ["kill"], "generation 2 is live after ", answers: "two")
}
