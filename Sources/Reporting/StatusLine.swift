package import Reloader

/// The state that the status line shows: what serves, and what hotreload is doing.
package struct StatusLine: Equatable, Sendable {
  /// The state of a service.
  struct Server: Equatable, Sendable {
    var generation: Int?
    var address: String?
    /// The state without a generation.
    var absence = "not running"
  }

  /// The last or current build.
  enum Build: Equatable, Sendable {
    case none, running
    case succeeded(Duration, isFast: Bool)
    case failed
  }

  private(set) var servers: [ServiceID?: Server] = [:]
  private(set) var build = Build.none
  /// The last step of the running build, such as `[12/87] Compiling App main.swift`.
  package var step: String?
  /// Whether the step is shown, as the build takes long.
  package var showsStep = false
  /// The number of files that were saved and are not built.
  package var pending = 0
  /// Whether saves start no builds.
  package var isPaused = false
  /// Whether keys are read.
  package var hasKeys = false
  private var isLeaving = false

  /// Creates the state at the start.
  package init() {}

  /// Whether a build is running.
  package var isBuilding: Bool { build == .running }

  /// Takes a report about a service, or about the build if that is `nil`, into the state.
  package mutating func note(_ report: Report, of service: ServiceID?, isFast: Bool) {
    switch report {
    case .building, .buildingClean: (build, step, showsStep) = (.running, nil, false)
    case .built(let duration), .unchanged(let duration, _): build = .succeeded(duration, isFast: isFast)
    case .buildFailed: build = .failed
    case .serving(let generation, let address):
      let isSame = servers[service]?.generation == generation && servers[service]?.address != nil
      if !isSame { servers[service] = Server(generation: generation, address: address) }
    case .started(let generation): servers[service, default: Server()].generation = generation
    case .live(let swapped):
      servers[service, default: Server()].generation = swapped.generation
      if let address = servers[service]?.address, swapped.closed.contains(address) {
        servers[service]?.address = swapped.opened.first
      }
    case .unchangedGeneration(let generation), .rolledBack(_, _, let generation):
      servers[service, default: Server()].generation = generation
    case .diedBeforeReady(_, _, let serving), .notReady(_, _, _, let serving):
      if serving == nil { stopped(service, "not running") }
    case .died, .finished, .gaveUp: stopped(service, "not running")
    case .diedBeforeSuccessor, .restarting: stopped(service, "restarting")
    case .leaving: isLeaving = true
    case .stillBuilding, .buildSuperseded, .closed, .drained, .drainTimedOut, .killed, .stillStarting,
      .handoverFailed,
      .handoverForced, .notResumed, .superseded, .unhealthy:
      break
    }
  }

  private mutating func stopped(_ service: ServiceID?, _ absence: String) {
    servers[service] = Server(address: servers[service]?.address, absence: absence)
  }

  /// Forgets the services that no longer exist.
  package mutating func keep(_ services: some Collection<ServiceID>) {
    if services.isEmpty { return }  // there is a single one
    servers = servers.filter { service, _ in service.map(services.contains) == true }
  }
}

// The text.
extension StatusLine {
  /// A part of the line. If not all fit, those with the lowest rank are left out first.
  private struct Part {
    let rank: Int
    let text: String
    var paint: (String) -> String = \.self
  }

  /// Returns the line for a terminal of `width` columns. `names` are the names of the services if there are several.
  package func text(width: Int, style: Style, names: [ServiceID: String] = [:]) -> String {
    var parts = self.parts(style, names)
    func total(_ parts: [Part]) -> Int {
      parts.reduce(0) { $0 + columns(of: $1.text) } + separator.count * max(0, parts.count - 1)
    }
    while parts.count > 1, total(parts) > width, let least = parts.map(\.rank).min() {
      parts.removeAll { $0.rank == least }
    }
    let texts = parts.map { $0.paint(parts.count == 1 ? cut($0.text, to: width) : $0.text) }
    return texts.joined(separator: style.dim(separator))
  }

  private var separator: String { " | " }

  private func parts(_ style: Style, _ names: [ServiceID: String]) -> [Part] {
    if isLeaving { return [Part(rank: 5, text: "stopping")] }
    var parts = serverParts(style, names)
    switch build {
    case .none: break
    case .running:
      let step = showsStep ? step.map { " \($0)" } : nil
      parts.append(Part(rank: 5, text: "building" + (step ?? "")))
    case .succeeded(let duration, let isFast):
      parts.append(Part(rank: 2, text: "built in \(brief(duration))\(isFast ? " (fast)" : "")"))
    case .failed: parts.append(Part(rank: 5, text: "build failed", paint: style.red))
    }
    if pending > 0, build != .running {
      parts.append(Part(rank: 3, text: pending == 1 ? "1 file to build" : "\(pending) files to build"))
    }
    if isPaused { parts.append(Part(rank: 4, text: "paused", paint: style.yellow)) }
    if hasKeys { parts.append(Part(rank: 0, text: "? for keys", paint: style.dim)) }
    return parts
  }

  private func serverParts(_ style: Style, _ names: [ServiceID: String]) -> [Part] {
    let sorted = servers.sorted { ($0.key?.number ?? 0) < ($1.key?.number ?? 0) }
    let parts = sorted.map { service, server in
      let prefix = service.flatMap { names[$0] }.map { "\($0): " } ?? ""
      return server.generation.map { Part(rank: 4, text: "\(prefix)generation \($0)", paint: style.green) }
        ?? Part(rank: 4, text: prefix + server.absence, paint: style.red)
    }
    let addresses = sorted.compactMap { $0.value.generation == nil ? nil : $0.value.address }
    return parts + (addresses.first.map { [Part(rank: 1, text: $0)] } ?? [])
  }
}
