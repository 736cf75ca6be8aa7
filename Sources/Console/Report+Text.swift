package import Reloader

/// A duration as people say it: `under 0.1 ms`, `1.2 ms`, `31 ms`, `1.31 s`.
package func brief(_ duration: Duration) -> String {
  let milliseconds = duration / .milliseconds(1)
  if milliseconds < 0.095 { return "under 0.1 ms" }
  if milliseconds < 10 { return "\(tenths(milliseconds)) ms" }
  if milliseconds < 1000 { return "\(Int(milliseconds.rounded())) ms" }
  let hundredths = Int((milliseconds / 10).rounded())
  let fraction = String(hundredths % 100 + 100).dropFirst()
  return fraction == "00" ? "\(hundredths / 100) s" : "\(hundredths / 100).\(fraction) s"
}

private func tenths(_ value: Double) -> String {
  let tenths = Int((value * 10).rounded())
  return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
}

private func requests(_ count: Int) -> String { count == 1 ? "1 request" : "\(count) requests" }

extension Ending {
  /// As the end of a sentence: `exited with code 1`.
  package var text: String {
    switch self {
    case .exited(let code): "exited with code \(code)"
    case .signalled(let signal): "was killed by \(signal)"
    case .notStarted(let reason): "could not be started: \(reason)"
    }
  }
}

extension Style {
  /// What the user reads about a report; nil for one that says nothing new.
  package func text(_ report: Report, product: String) -> String? {
    switch report {
    case .changed(let paths): bold(changed(paths)) + " changed"
    case .building(true): "building \(product)"
    case .building(false): nil
    case .built(let duration): "built in \(brief(duration))"
    case .unchanged(let duration): dim("built in \(brief(duration)): the program is the same")
    case .buildFailed(let duration, let serving):
      red("build failed") + " after \(brief(duration))" + goesOn(serving)
    case .buildSuperseded: dim("building again with the newer save")
    case .serving(let number, let address): green("generation \(number)") + " listens on \(bold(address))"
    case .started(let number): "generation \(number) started"
    case .swapped(let swapped): text(swapped)
    case .drained(_, 0): nil
    case .drained(let number, let count):
      dim("generation \(number) answered \(requests(count)) in flight and ended")
    case .drainTimedOut(let number, let duration):
      yellow("generation \(number)")
        + " has connections that wait for a request or an answer after \(brief(duration)); ending it all the same"
    case .killed(let number, let duration):
      yellow("generation \(number)") + " did not end within \(brief(duration)) of SIGTERM; killed"
    case .diedBeforeReady(let number, let ending, let serving):
      red("generation \(number) \(ending.text)") + " before it was ready" + goesOn(serving)
    case .notReady(let number, let duration, let serving):
      red("generation \(number) was not ready") + " within \(brief(duration))" + goesOn(serving)
    case .handoverFailed(let old, let new):
      red("the swap failed") + ": generation \(old) did not hand over to generation \(new) in time"
        + goesOn(old)
    case .superseded(let number): dim("generation \(number) is given up for a newer build")
    case .rolledBack(let number, let ending, let old):
      red("generation \(number) \(ending.text)") + " right after the swap; " + green("generation \(old)")
        + " serves again"
    case .died(let number, let ending):
      red("generation \(number) \(ending.text)") + "; save a file to start it again"
    case .diedBeforeSuccessor(let number, let ending, let successor):
      red("generation \(number) \(ending.text)")
        + "; generation \(successor) takes over when it is ready, clients wait"
    case .finished(let number): "generation \(number) is finished; save a file to run it again"
    case .restarting(let number, let ending, let duration):
      (ending.map { red("generation \(number) \($0.text)") } ?? red("generation \(number) was given up"))
        + "; starting the last good program again in \(brief(duration)), clients wait"
    case .leaving(let count):
      "ending \(count == 1 ? "the server" : "\(count) generations of the server")"
        + dim(" (Ctrl-C again: at once)")
    }
  }

  private func text(_ swapped: Swapped) -> String {
    green("generation \(swapped.generation)") + " serves after \(brief(swapped.total))"
      + dim(" (ready in \(brief(swapped.ready)), pause \(brief(swapped.pause)))")
  }

  private func goesOn(_ serving: Int?) -> String {
    serving.map { "; " + green("generation \($0)") + " goes on serving" } ?? "; save a file to try again"
  }

  private func changed(_ paths: [String]) -> String {
    paths.count <= 3 ? paths.joined(separator: ", ") : "\(paths[0]) and \(paths.count - 1) other files"
  }
}
