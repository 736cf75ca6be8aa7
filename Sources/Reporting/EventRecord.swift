package import Reloader

/// A line of the event file: an event with the values that apply to it.
package struct EventRecord: Encodable, Equatable, Sendable {
  /// The event, such as `swapped`.
  package var event: String
  /// The service, if there are several.
  package var service: String?
  /// The product, if there are several.
  package var product: String?
  /// The generation to which the event belongs.
  package var generation: Int?
  /// The generation that is live after the event.
  package var serving: Int?
  /// The generation that will take over.
  package var successor: Int?
  /// The address at which a server listens.
  package var address: String?
  /// The addresses at which only the new generation listens.
  package var opened: [String]?
  /// The addresses at which only the old generation listened.
  package var closed: [String]?
  /// The end of a process, such as `exited with code 1`.
  package var ending: String?
  /// The reason, for example why a build was not a fast one.
  package var reason: String?
  /// The duration in seconds. For a restart it is the delay.
  package var seconds: Double?
  /// The time from the start of a new generation until it was ready, in seconds.
  package var ready: Double?
  /// The time for which connections waited in the kernel's queue, in seconds.
  package var pause: Double?
  /// The time that the fast path's compilers took, in seconds.
  package var compiling: Double?
  /// The time that the fast path's linker took, in seconds.
  package var linking: Double?
  /// The absolute paths of the sources that the fast path has compiled.
  package var compiled: [String]?
  /// The absolute paths of the sources whose remembered objects the fast path has reused.
  package var recalled: [String]?
  /// Whether the fast path has built.
  package var fast: Bool?
  /// The number of requests (`drained`), failures (`unhealthy`), restarts (`gave-up`), generations (`leaving`) or lines (`lost`).
  package var count: Int?
  /// The paths, relative to the project if they are in it.
  package var files: [String]?
  /// The paths of the deleted files.
  package var deleted: [String]?
  /// The path of a source in a diagnostic.
  package var file: String?
  /// The line in the source, from 1.
  package var line: Int?
  /// The column in the source, in bytes from 1.
  package var column: Int?
  /// The severity: `error`, `warning`, `note`, `info` or `detail`.
  package var severity: String?
  /// The text that people read.
  package var text: String?

  /// Creates a record of an event.
  package init(_ event: String, files: [String]? = nil, product: String? = nil, reason: String? = nil) {
    self.event = event
    self.files = files
    self.product = product
    self.reason = reason
  }
}

extension EventRecord {
  /// Creates a record of an event with a generation.
  private init(_ event: String, _ generation: Int, serving: Int? = nil, after duration: Duration? = nil) {
    self.init(event)
    self.generation = generation
    self.serving = serving
    seconds = duration?.seconds
  }

  private init(_ event: String, _ generation: Int, _ ending: Ending?, serving: Int? = nil) {
    self.init(event, generation, serving: serving)
    self.ending = ending?.text
  }

  private init(_ event: String, after duration: Duration, _ method: BuildMethod? = nil) {
    self.init(event, reason: method?.reason)
    seconds = duration.seconds
    fast = method?.isFast
  }

  /// Creates a record of a report. `method` is the method of the last build, and `services` are the names of the
  /// services if there are several.
  package init(_ report: Report, _ method: BuildMethod, services: [ServiceID: String] = [:]) {
    switch report {
    case .building: self.init("building")
    case .buildingClean: self.init("building-clean")
    case .stillBuilding(let duration): self.init("still-building", after: duration)
    case .built(let duration): self.init("built", after: duration, method)
    case .unchanged(let duration, _): self.init("same-program", after: duration, method)
    case .buildFailed(let duration, let serving):
      self.init("build-failed", after: duration, method)
      self.serving = services.count > 1 ? nil : serving.values.first
    case .buildSuperseded: self.init("build-superseded")
    case .serving(let number, let address):
      self.init("listening", number)
      self.address = address
    case .closed(let number, let addresses):
      self.init("closed", number)
      closed = addresses
    case .started(let number): self.init("started", number)
    case .live(let swapped): self.init(swapped)
    case .drained(let number, let requests):
      self.init("drained", number)
      count = requests
    case .drainTimedOut(let number, let duration): self.init("drain-timed-out", number, after: duration)
    case .killed(let number, let duration): self.init("killed", number, after: duration)
    case .diedBeforeReady(let number, let ending, let serving):
      self.init("died-before-ready", number, ending, serving: serving)
    case .stillStarting(let number, let unready, let duration):
      self.init("still-starting", number, after: duration)
      reason = unready.reason
    case .notReady(let number, let unready, let duration, let serving):
      self.init("not-ready", number, serving: serving, after: duration)
      reason = unready.reason
    case .handoverFailed(let old, let new): self.init("handover-failed", new, serving: old)
    case .handoverForced(let old, let new):
      self.init("handover-forced", old)
      successor = new
    case .notResumed(let number, let duration): self.init("not-resumed", number, after: duration)
    case .superseded(let number): self.init("superseded", number)
    case .unchangedGeneration(let number): self.init("kept", number, serving: number)
    case .rolledBack(let number, let ending, let old): self.init("rolled-back", number, ending, serving: old)
    case .unhealthy(let number, let failure, let fallback):
      self.init("unhealthy", number, serving: fallback)
      reason = failure.text
      count = failure.count
    case .died(let number, let ending): self.init("died", number, ending)
    case .diedBeforeSuccessor(let number, let ending, let successor):
      self.init("died-before-successor", number, ending)
      self.successor = successor
    case .finished(let number): self.init("finished", number)
    case .restarting(let number, let ending, let restart):
      self.init("restarting", number, ending)
      seconds = restart.delay.seconds
    case .gaveUp(let number, let ending, let restarts):
      self.init("gave-up", number, ending)
      count = restarts
    case .leaving(let generations):
      self.init("leaving")
      count = generations
    }
  }

  private init(_ swapped: Swapped) {
    self.init("swapped", swapped.generation, after: swapped.total)
    serving = swapped.generation
    ready = swapped.ready.seconds
    pause = swapped.pause.seconds
    if !swapped.opened.isEmpty { opened = swapped.opened }
    if !swapped.closed.isEmpty { closed = swapped.closed }
  }

  /// Creates a record of a diagnostic: `path:line:column: error: text`, possibly with lines before and after
  /// it.
  package init(diagnostic lines: [String]) {
    self.init("diagnostic")
    text = lines.joined(separator: "\n")
    let placed = #/^(.+?):(\d+):(?:(\d+):)? (?:fatal )?(error|warning|note): /#
    let unplaced = #/^(?:.*: )?(?:fatal )?(error|warning|note): /#
    if let found = lines.lazy.compactMap({ $0.firstMatch(of: placed) }).first {
      file = String(found.1)
      line = Int(found.2)
      column = found.3.flatMap { Int($0) }
      severity = String(found.4)
    } else {
      severity = lines.lazy.compactMap { $0.firstMatch(of: unplaced) }.first.map { String($0.1) }
    }
  }

  /// Creates a record of a build by the fast path.
  package init(_ build: FastBuildSummary, product: String?) {
    self.init("fast-build", product: product)
    (compiling, linking) = (build.compiling.seconds, build.linking.seconds)
    (compiled, recalled) = (build.compiled, build.reused)
  }

  /// Creates a record of a message.
  package init(message text: String, severity: String) {
    self.init("message")
    self.severity = severity
    self.text = text
  }
}

extension Unready {
  /// The reason as it is recorded.
  fileprivate var reason: String {
    switch self {
    case .silent: "it does not listen"
    case .unpolled(let addresses): "it does not wait for connections on \(addresses.joined(separator: ", "))"
    case .pendingCondition(let condition): condition.text
    case .unreleased: "it does not accept"
    }
  }
}

extension Duration {
  /// The duration in seconds, rounded to microseconds.
  fileprivate var seconds: Double { (self / .microseconds(1)).rounded() / 1_000_000 }
}
