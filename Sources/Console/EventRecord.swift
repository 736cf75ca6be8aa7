package import Reloader

/// A line of the stream of events: what has happened, and what has a meaning for it of the rest.
package struct EventRecord: Encodable, Equatable, Sendable {
  /// What has happened: `swapped`.
  package var event: String
  /// To which of several services.
  package var service: String?
  /// To which of several products.
  package var product: String?
  /// The generation that it happened to.
  package var generation: Int?
  /// The one that goes on serving, or serves again.
  package var serving: Int?
  /// The one that is to take over.
  package var successor: Int?
  /// Where a server listens.
  package var address: String?
  /// Where it listens, or does not any more, unlike the one before it.
  package var opened: [String]?
  package var closed: [String]?
  /// How a process ended: `exited with code 1`.
  package var ending: String?
  /// What keeps it from something, as a build from being a fast one.
  package var reason: String?
  /// How long it took, or, of a restart, the wait before it.
  package var seconds: Double?
  /// In seconds: from the start of new code until it was ready.
  package var ready: Double?
  /// In seconds: how long connections waited in the kernel's queue.
  package var pause: Double?
  /// In seconds, in the fast path.
  package var compiling: Double?
  package var linking: Double?
  /// The sources that the fast path has compiled, and those whose objects it had from before; absolute.
  package var compiled: [String]?
  package var recalled: [String]?
  /// Whether it was the fast path.
  package var fast: Bool?
  /// How many requests (`drained`), generations (`leaving`) or lines (`lost`).
  package var count: Int?
  /// Relative to the project, where they are in it.
  package var files: [String]?
  package var deleted: [String]?
  /// Where in a source, as the compiler names it.
  package var file: String?
  package var line: Int?
  package var column: Int?
  /// `error`, `warning`, `note`, `info` or `detail`.
  package var severity: String?
  /// What people read about it.
  package var text: String?

  /// Of what has happened, to these files, or for this reason.
  package init(_ event: String, files: [String]? = nil, product: String? = nil, reason: String? = nil) {
    self.event = event
    self.files = files
    self.product = product
    self.reason = reason
  }
}

extension EventRecord {
  /// With this generation, and the one that serves.
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

  private init(_ event: String, after duration: Duration, _ way: BuildWay? = nil) {
    self.init(event, reason: way?.reason)
    seconds = duration.seconds
    fast = way?.isFast
  }

  /// Of what becomes of the servers and their builds; `way`: how the last build was made.
  package init(_ report: Report, _ way: BuildWay) {
    switch report {
    case .changed(let paths): self.init("changed", files: paths)
    case .building: self.init("building")
    case .buildingClean: self.init("building-clean")
    case .stillBuilding(let duration): self.init("still-building", after: duration)
    case .built(let duration): self.init("built", after: duration, way)
    case .unchanged(let duration): self.init("same-program", after: duration, way)
    case .buildFailed(let duration, let serving):
      self.init("build-failed", after: duration, way)
      self.serving = serving
    case .buildSuperseded: self.init("build-superseded")
    case .serving(let number, let address):
      self.init("listening", number)
      self.address = address
    case .started(let number): self.init("started", number)
    case .swapped(let swapped): self.init(swapped)
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
    case .kept(let number): self.init("kept", number, serving: number)
    case .rolledBack(let number, let ending, let old): self.init("rolled-back", number, ending, serving: old)
    case .died(let number, let ending): self.init("died", number, ending)
    case .diedBeforeSuccessor(let number, let ending, let successor):
      self.init("died-before-successor", number, ending)
      self.successor = successor
    case .finished(let number): self.init("finished", number)
    case .restarting(let number, let ending, let restart):
      self.init("restarting", number, ending)
      seconds = restart.delay.seconds
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

  /// Of a diagnostic: `path:line:column: error: text`, and the lines that belong to it, some of them maybe before it.
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

  /// A build by the fast path.
  package init(_ build: FastBuildSummary, product: String?) {
    self.init("fast-build", product: product)
    (compiling, linking) = (build.compiling.seconds, build.linking.seconds)
    (compiled, recalled) = (build.compiled, build.recalled)
  }

  /// A line of ours.
  package init(message text: String, severity: String) {
    self.init("message")
    self.severity = severity
    self.text = text
  }
}

extension Unready {
  fileprivate var reason: String {
    switch self {
    case .silent: "it does not listen"
    case .unpolled(let addresses): "it does not wait for connections on \(addresses.joined(separator: ", "))"
    case .obstacle(let text): text
    case .unreleased: "it does not accept"
    }
  }
}

extension Duration {
  /// In seconds, to the microsecond.
  fileprivate var seconds: Double { (self / .microseconds(1)).rounded() / 1_000_000 }
}
