package import Reloader

/// Returns a duration for people: `under 0.1 ms`, `1.2 ms`, `31 ms`, `1.31 s`, `2 min 5 s`.
package func brief(_ duration: Duration) -> String {
  let milliseconds = duration / .milliseconds(1)
  if milliseconds < 0.095 { return "under 0.1 ms" }
  if milliseconds < 10 { return "\(tenths(milliseconds)) ms" }
  if milliseconds < 1000 { return "\(Int(milliseconds.rounded())) ms" }
  if milliseconds >= 60_000 {
    let seconds = Int((milliseconds / 1000).rounded())
    return "\(seconds / 60) min" + (seconds % 60 == 0 ? "" : " \(seconds % 60) s")
  }
  let hundredths = Int((milliseconds / 10).rounded())
  let fraction = String(hundredths % 100 + 100).dropFirst()
  return fraction == "00" ? "\(hundredths / 100) s" : "\(hundredths / 100).\(fraction) s"
}

/// Returns a number with one decimal, if that is not 0.
private func tenths(_ value: Double) -> String {
  let tenths = Int((value * 10).rounded())
  return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
}

private func requests(_ count: Int) -> String { count == 1 ? "1 request" : "\(count) requests" }

extension Ending {
  /// The text as the end of a sentence, such as `exited with code 1`.
  package var text: String {
    switch self {
    case .exited(let code): "exited with code \(code)"
    case .signalled(let signal): "was killed by \(signal)"
    case .notStarted(let reason): "could not be started: \(reason)"
    }
  }
}

extension Style {
  /// Returns the text of a report; `nil` if the report is not shown. `services` are the names of the services if there
  /// are several. `isInteractive` says whether the user can type Ctrl-C.
  package func text(
    _ report: Report, product: String, services: [ServiceID: String] = [:], isInteractive: Bool = true,
    isFast: Bool = false
  ) -> String? {
    switch report {
    case .building(true): "building \(product)"
    case .building(false): nil
    case .buildingClean: "building from scratch, in case the incremental build is to blame"
    case .stillBuilding(let duration): dim("still building after \(brief(duration))")
    case .built(let duration): "built in \(brief(duration))" + fastMark(isFast)
    case .unchanged(let duration, let programs):
      dim(
        "built in \(brief(duration))\(fastMark(isFast)): \(programs > 1 ? "the programs are" : "the program is") the same"
      )
    case .buildFailed(let duration, let serving):
      red("build failed") + " after \(brief(duration))" + fastMark(isFast) + goesOn(serving, services)
    case .buildSuperseded: dim("superseded by a newer save; building again")
    case .serving(let number, let address): green("generation \(number)") + " listens on \(bold(address))"
    case .closed(let number, let addresses):
      green("generation \(number)") + " no longer listens on \(addresses.joined(separator: ", "))"
    case .started(let number): "generation \(number) started"
    case .live(let swapped): text(swapped)
    case .drained(_, 0): nil
    case .drained(let number, let count):
      dim("generation \(number) drained \(requests(count)) and exited")
    case .drainTimedOut(let number, let duration):
      yellow("generation \(number)")
        + " still has open connections after \(brief(duration)); stopping it"
    case .killed(let number, let duration):
      yellow("generation \(number)") + " did not exit within \(brief(duration)) of SIGTERM; killed"
    case .diedBeforeReady(let number, let ending, let serving):
      red("generation \(number) \(ending.text)") + " before it was ready" + goesOn(serving)
    case .stillStarting(let number, let unready, let duration):
      yellow("generation \(number) is not ready") + " after \(brief(duration)): \(text(unready, "yet"))"
    case .notReady(let number, let unready, let duration, let serving):
      red("generation \(number) was not ready") + " within \(brief(duration)): \(text(unready, "at all"))"
        + goesOn(serving)
    case .handoverFailed(let old, let new):
      red("the swap failed") + ": generation \(old) did not hand over to generation \(new) in time"
        + goesOn(old) + dim("; the next build replaces it anyway")
    case .handoverForced(let old, let new):
      yellow("generation \(old)")
        + " again did not hand over; stopping it so that generation \(new) takes over"
    case .notResumed(let number, let duration):
      red("generation \(number) did not resume") + " within \(brief(duration)); killing it"
    case .superseded(let number): dim("generation \(number) was superseded by a newer build")
    case .unchangedGeneration(let number):
      green("generation \(number)") + " stays live: the build made the same program"
    case .rolledBack(let number, let ending, let old):
      red("generation \(number) \(ending.text)") + " right after the swap; " + green("generation \(old)")
        + " is live again"
    case .unhealthy(let number, let failure, let fallback):
      red("generation \(number) is unhealthy") + ": \(failure.text); stopping it"
        + (fallback.map { " so that " + green("generation \($0)") + " is live again" } ?? "")
    case .died(let number, let ending):
      red("generation \(number) \(ending.text)") + "; save a file to start it again"
    case .diedBeforeSuccessor(let number, let ending, let successor):
      red("generation \(number) \(ending.text)")
        + "; generation \(successor) takes over when it is ready, clients wait"
    case .finished(let number): "generation \(number) exited; save a file to run it again"
    case .restarting(let number, let ending, let restart):
      (ending.map { red("generation \(number) \($0.text)") } ?? red("generation \(number) was stopped"))
        + "; restarting \(restart.isSameProgram ? "it" : "the last good program") in \(brief(restart.delay))"
        + (restart.clientsWait ? ", clients wait" : "")
    case .gaveUp(let number, let ending, let restarts):
      (ending.map { red("generation \(number) \($0.text)") } ?? red("generation \(number) was stopped"))
        + " after \(restarts == 1 ? "1 restart" : "\(restarts) restarts"), the limit of 'restart.policy'; "
        + "save a file to start it again"
    case .leaving(let count):
      "stopping \(count == 1 ? "the server" : "\(count) generations of the server")"
        + (isInteractive ? dim(" (Ctrl-C again to force)") : "")
    }
  }

  /// Returns the text of a completed swap.
  private func text(_ swapped: Swapped) -> String {
    green("generation \(swapped.generation)") + " is live after \(brief(swapped.total))"
      + dim(" (ready in \(brief(swapped.ready)), pause \(brief(swapped.pause)))")
      + (swapped.opened.isEmpty ? "" : "; listens on " + bold(swapped.opened.joined(separator: ", ")))
      + (swapped.closed.isEmpty ? "" : "; no longer on \(swapped.closed.joined(separator: ", "))")
  }

  /// Returns the text for the reason why a generation is not ready. `degree` is `yet` or `at all`.
  private func text(_ unready: Unready, _ degree: String) -> String {
    switch unready {
    case .silent: "it is not listening \(degree)"
    case .unpolled(let addresses):
      "it is listening on \(addresses.joined(separator: ", ")), but does not wait for connections there in a way "
        + "that hotreload can see (\(waysOfWaiting))"
    case .pendingCondition(let condition): condition.text
    case .unreleased: "it does not accept connections"
    }
  }

  /// Returns the mark of a build by the fast path.
  private func fastMark(_ isFast: Bool) -> String { isFast ? " (fast)" : "" }

  /// Returns the end of a sentence that names the generation that stays live.
  private func goesOn(_ serving: Int?) -> String {
    serving.map { "; " + green("generation \($0)") + " stays live" } ?? "; save a file to try again"
  }

  /// Returns the end of a sentence that names the generations of the services that stay live.
  private func goesOn(_ serving: [ServiceID: Int], _ services: [ServiceID: String]) -> String {
    if services.isEmpty || serving.isEmpty { return goesOn(serving.values.first) }
    let live = serving.sorted { $0.key < $1.key }.map { service, generation in
      "\(services[service] ?? ""): " + green("generation \(generation)")
    }
    return "; " + live.joined(separator: ", ") + (live.count == 1 ? " stays" : " stay") + " live"
  }

  /// Returns the text of saved files.
  func saved(_ paths: [String], deleted: Set<String>) -> String {
    let verb = paths.allSatisfy(deleted.contains) ? "deleted" : "changed"
    return bold(several(paths)) + " " + verb
  }

  /// Returns the text of files that were saved without a change.
  func unchanged(_ paths: [String]) -> String { several(paths) + " saved unchanged" }

  /// Returns the text of files whose build cycle waits.
  func delayed(_ paths: [String], for wait: Duration) -> String {
    let isOne = paths.count == 1
    return "\(several(paths)) \(isOne ? "keeps" : "keep") changing without a save; the next build for "
      + "\(isOne ? "it" : "them") waits \(brief(wait))"
  }

  /// Returns the text of files that keep changing without a save.
  func buildLoop(_ paths: [String], stops: Bool, exclusions: [String]) -> String {
    let list = exclusions.map { "\"\($0)\"" }.joined(separator: ", ")
    let (change, it, start) =
      paths.count == 1 ? ("changes", "it", "it starts") : ("change", "them", "they start")
    let consequence =
      stops
      ? "the build, the server or a program that they start seems to write \(it). From now on \(start) no build, "
        + "except if saved while nothing is in progress"
      : "builds for \(it) are delayed from now on"
    return
      "\(several(paths)) \(change) with every build or server start: \(consequence). To exclude \(it), set "
      + "watch.exclude = [\(list)] in .reload.toml"
  }

  /// Returns the text of files that only builds write.
  func buildOutputs(_ paths: [String]) -> String {
    "ignoring \(several(paths)): written by the build"
  }

  /// Returns the text of self-writes.
  func selfWrites(_ paths: [String]) -> String {
    "ignoring \(several(paths)): written by the server"
  }

  /// Returns up to three paths, or the first one and the number of others.
  private func several(_ paths: [String]) -> String {
    paths.count <= 3 ? paths.joined(separator: ", ") : "\(paths[0]) and \(paths.count - 1) other files"
  }

  private var waysOfWaiting: String { "epoll, poll, select or accept" }
}
