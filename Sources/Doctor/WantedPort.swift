internal import Glibc
internal import Handoff
internal import Posix
internal import Project
internal import Serving
internal import Settings

/// An address at which hotreload or the server wants to listen.
struct WantedPort: Equatable {
  /// The state of the address.
  enum State: Equatable {
    case free
    /// A process listens there.
    case held(PortHolder)
    /// It cannot be bound, for this reason.
    case unusable(String)
  }

  /// The address, such as `127.0.0.1:8080`.
  var address: String
  /// The setting or the variable that names it.
  var origin: String
  /// Whether hotreload itself listens there. A server may do something else with its variable `PORT`.
  var isCertain = true
  var state: State

  /// The finding about it.
  var finding: Finding {
    let name = "\(address) (\(origin))"
    switch state {
    case .free: return .ok(.ports, "\(name) is free")
    case .held(let holder) where holder.isHotReload:
      return .ok(.ports, "\(name) is held by hotreload, which runs (pid \(holder.pid))")
    case .held(let holder):
      let text = "\(name) is taken by process \(holder.pid) (\(holder.command))"
      return isCertain
        ? .problem(.ports, text, advice: "stop it, or choose another address")
        : .warning(.ports, text, advice: "stop it, or set another port, if the server listens there")
    case .unusable(let reason):
      return .problem(.ports, "\(name) cannot be used: \(reason)", advice: "choose another address")
    }
  }
}

extension PortHolder {
  /// Whether it is the process of a hotreload that runs a server.
  fileprivate var isHotReload: Bool {
    let words = command.split(separator: " ")
    return words.count > 1 && words[0].split(separator: "/").last == "hotreload" && words[1] == "session"
  }
}

extension WantedPort {
  /// Returns the addresses in `swap.listen`, `browser.listen` and `console.metrics`, and the port in the variable `PORT` of the server. Throws
  /// `SettingsError` for a text that is no address.
  static func all(of projects: [Project]) throws -> [WantedPort] {
    var wanted: [WantedPort] = []
    for project in projects {
      let launch = try project.launch { _ in }
      wanted += launch.listen.map { WantedPort($0, origin: Setting.listen.key) }
      let variables = CurrentProcess.environment.overlaid(with: launch.variables)
      let port = variables.last { $0.hasPrefix("PORT=") }.flatMap { Int($0.dropFirst(5)) }
      if let port, !launch.listen.contains(where: { $0.port == port }) {
        let state = PortHolder.find(port: port).map(State.held) ?? .free
        wanted.append(
          WantedPort(address: "port \(port)", origin: "the variable PORT", isCertain: false, state: state))
      }
    }
    if let first = projects.first, let pages = try first.browserAddresses().listen {
      wanted.append(WantedPort(pages, origin: Setting.browserListen.key))
    }
    if let first = projects.first, let metrics = try first.metricsAddress {
      wanted.append(WantedPort(metrics, origin: Setting.metrics.key))
    }
    // Services may share a variable.
    return wanted.enumerated().filter { !wanted[..<$0.offset].contains($0.element) }.map(\.element)
  }

  /// Tries an address.
  private init(_ wanted: ListenAddress, origin: String) {
    (address, self.origin) = ("\(wanted)", origin)
    do throws(SystemError) {
      try wanted.tryToBind()
      state = .free
    } catch {
      if error.code == EADDRINUSE, let holder = wanted.port.flatMap(PortHolder.find) {
        state = .held(holder)
      } else {
        state = .unusable(error.reason)
      }
    }
  }
}
