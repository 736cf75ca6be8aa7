internal import Building
internal import Control
internal import Glibc
internal import Posix
internal import Project
internal import Reloader
internal import Reporting
internal import Settings
internal import Watching

// The requests of people, editors and scripts to a running session.
extension Session {
  /// Handles a request of a client.
  func handle(_ request: ControlRequest, from client: ControlClientLink) {
    if let refusal = refusal(of: request) { return client.send(ControlReply(.refused, text: refusal)) }
    switch request.command {
    case .status: client.send(ControlReply(.done, status: status))
    case .metrics: client.send(ControlReply(.done, metrics: metrics.text))
    case .wait:
      saveDetector?.look()
      control?.await(client)
    case .reload:
      controlReload { [unowned self] in
        saveDetector?.look()
        control?.await(client)
      }
    case .restart:
      controlRestart(request.service)
      control?.await(client)
    case .pause:
      controlPause()
      client.send(ControlReply(.done, status: status))
    case .resume:
      controlResume()
      client.send(ControlReply(.done, status: status))
    case .stop: controlStop()
    }
  }

  /// Returns why a request cannot be carried out; `nil` if it can.
  private func refusal(of request: ControlRequest) -> String? {
    if end.hasBegun, request.command != .status, request.command != .stop { return "hotreload is stopping" }
    guard let name = request.service else { return nil }
    let names = services.current.compactMap(\.project.service)
    if names.contains(name) { return nil }
    if names.isEmpty { return "there is only one service here; leave out '\(name)'" }
    let guess = nearest(to: name, among: names).map { ". Did you mean '\($0)'?" } ?? ""
    return "no service named '\(name)'; available: \(names.joined(separator: ", "))\(guess)"
  }

  /// Builds what was saved, or everything by `swift build` if nothing was, and starts new processes. `begun` is called
  /// when that has begun.
  func controlReload(begun: @escaping () -> Void = {}) {
    saveDetector?.endBatchNow()
    // The saves of the batch are handled first.
    loop.after(.zero) { [unowned self] in
      if builder.saved.changed.isEmpty, !driver.reloader.isBuilding { builder.distrustFastPath() }
      driver.handle(.reloadWanted)
      begun()
    }
  }

  /// Starts a new process of a service, or of each, without a build.
  func controlRestart(_ service: String?) {
    let chosen = services.current.filter { service == nil || $0.project.service == service }
    driver.handle(.saved(Saves(restarts: Set(chosen.map(\.id)))))
  }

  /// Whether saves are gathered, and nothing is built.
  var isPaused: Bool { saveDetector?.isPaused == true }

  /// Gathers saves from now on, and builds nothing.
  func controlPause() {
    if isPaused { return }
    saveDetector?.isPaused = true
    console.status.isPaused = true
    countPending()
    console.line("paused: saves are gathered until 'hotreload resume'")
  }

  /// Builds what was gathered, and every save from now on.
  func controlResume() {
    guard isPaused else { return }
    saveDetector?.isPaused = false
    console.status.isPaused = false
    countPending()
    console.line("resumed")
  }

  /// Ends everything, as SIGTERM does, with exit code 0.
  func controlStop() { leave(with: 0) }

  /// The URL of the pages, or of the first address that is served; `nil` if there is none.
  var openAddress: String? {
    pages.url
      ?? services.current.lazy.compactMap { [driver] in driver.reloader.status(of: $0.id) }
      .flatMap(\.addresses).lazy.compactMap(webAddress).first
  }

  /// Whether everything that was saved is live, or has failed. A program that starts alone is live when it listens, or
  /// has passed its probation.
  private var isSettled: Bool {
    saveDetector?.isAtRest == true && driver.reloader.isSettled
      && !services.current.contains { driver.reloader.status(of: $0.id)?.activity == .starting }
  }

  /// The reply to those that wait; `nil` while something that was saved is neither live nor has failed.
  var settledReply: ControlReply? {
    // The end of everything settles it too. Clients see the end of the connection instead.
    guard !end.hasBegun, let saveDetector else { return nil }
    if isPaused, !saveDetector.pending.isEmpty, driver.reloader.isSettled {
      let count = saveDetector.pending.count
      return ControlReply(
        .failed,
        text:
          "paused with \(count == 1 ? "1 saved file" : "\(count) saved files") that 'hotreload resume' or 'hotreload reload' builds",
        status: status)
    }
    guard isSettled else { return nil }
    let reasons =
      [settingsFailure].compactMap(\.self)
      + driver.reloader.reasons.map { plainText($0.report, of: $0.service) }
    if !reasons.isEmpty {
      return ControlReply(.failed, text: reasons.joined(separator: "\n"), status: status)
    }
    let outdated = services.current.filter { driver.reloader.status(of: $0.id)?.isOutdated == true }
    if let first = outdated.first {
      return ControlReply(.failed, text: "\(first.prefix)older code runs than was built last", status: status)
    }
    return ControlReply(.done, status: status)
  }

  /// The state of everything.
  var status: SessionStatus {
    let reloader = driver.reloader
    return SessionStatus(
      version: hotreloadVersion, project: project.root, pid: Int(CurrentProcess.parent),
      since: control?.since ?? 0, pages: pages.url, url: openAddress, isPaused: isPaused,
      pending: (saveDetector?.pending ?? []).map(project.shortened),
      isSettled: isSettled, build: control?.build,
      services: services.all.map { service in
        let state = reloader.status(of: service.id)
        let reason = reloader.reasons.first { $0.service == service.id }?.report
        return SessionStatus.Service(
          name: service.project.service, product: service.target.product,
          state: (state?.activity ?? .stopped).rawValue, generation: state?.generation,
          successor: state?.successor, addresses: state?.addresses ?? [],
          pid: state?.generation.flatMap { service.driver?.processIdentifier(of: $0) }.map(Int.init),
          since: state?.startedAt.map { WallClock.seconds - $0.duration(to: .now) / .seconds(1) },
          failure: reason.map { plainText($0, of: nil) })
      })
  }
}

/// Returns the URL of an address at which a server listens; `nil` for a socket of the Unix domain.
func webAddress(_ address: String) -> String? {
  if address.hasPrefix("/") || address.hasPrefix("@") { return nil }
  for (any, local) in [("0.0.0.0:", "127.0.0.1:"), ("[::]:", "[::1]:"), ("*:", "127.0.0.1:")]
  where address.hasPrefix(any) {
    return "http://\(local)\(address.dropFirst(any.count))/"
  }
  return "http://\(address)/"
}
