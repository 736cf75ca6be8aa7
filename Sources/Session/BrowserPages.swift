internal import Browser
internal import Handoff
internal import Posix
internal import Project
internal import Reloader
internal import Reporting
internal import Serving
internal import Settings

/// The proxy for a browser's pages, if the settings ask for one. It follows the reports of the services.
final class BrowserPages {
  private let loop: EventLoop
  private let console: Console
  private var proxy: BrowserProxy?
  /// The server of the pages, if the settings name one.
  private var server: ListenAddress?
  private var isAnnounced = false
  /// The first address of each service, and the generation that has reported it.
  private var served: [Int: (generation: Int, address: ListenAddress?)] = [:]
  /// The reason why a service does not run the newest code.
  private var failures: [Int: String] = [:]
  private var buildFailure = ""
  private var isCodeNew = false

  init(loop: EventLoop, console: Console) {
    self.loop = loop
    self.console = console
  }

  /// Opens, moves or closes the proxy's address as the settings say. Throws ``UsageFailure`` or
  /// `SettingsError`; nothing has changed then.
  func use(_ project: Project) throws {
    let (address, server) = try project.browserAddresses()
    if address != proxy?.address {
      let old = proxy?.address
      close()  // the new address may be the same port of another host
      do { try open(address) } catch {
        try? open(old)
        throw error
      }
    }
    self.server = server
    update()
  }

  private func open(_ address: ListenAddress?) throws {
    do throws(SystemError) {
      proxy = try address.map { address throws(SystemError) in
        try BrowserProxy(at: address, loop: loop) { [console] in console.warning($0) }
      }
    } catch {
      throw UsageFailure(bindFailure(address?.key ?? "", error.code, of: "hotreload ('browser.listen')"))
    }
    isAnnounced = false
  }

  private func close() {
    proxy?.close()
    proxy = nil
  }

  /// Handles the report of a service. `text` is its message for the user, and `complaints` are the
  /// compiler's.
  func take(_ report: Report, of service: Int, text: @autoclosure () -> String, complaints: [String]) {
    switch report {
    case .built: (isCodeNew, buildFailure) = (true, "")
    case .unchanged: buildFailure = ""
    case .buildFailed: buildFailure = (complaints + [text()]).joined(separator: "\n")
    case .serving, .live, .started, .finished, .unchangedGeneration: failures[service] = nil
    case .rolledBack, .diedBeforeReady, .notReady, .handoverFailed, .died, .restarting:
      failures[service] = text()
    default: return
    }
    follow(report, of: service)
    update()
    switch report {
    case .serving:
      proxy?.serverListens()
      if isCodeNew { proxy?.reload() }  // otherwise the same program was restarted
      isCodeNew = false
    case .live, .rolledBack:
      proxy?.reload()
      isCodeNew = false
    default: break
    }
  }

  /// Removes a service that no longer runs.
  func forget(_ service: Int) {
    (served[service], failures[service]) = (nil, nil)
    update()
  }

  /// Reloads the pages after a save of files that they are made of.
  func saved(_ paths: [String]) {
    guard let proxy else { return }
    if paths.allSatisfy({ $0.hasSuffix(".css") }) {
      proxy.reloadStyles()
      console.line("reloading the style sheets of the pages")
    } else {
      proxy.reload()
      console.line("reloading the pages")
    }
  }

  /// Prints the address of the pages, once a server for them is known.
  func announce() {
    guard let proxy, proxy.server != nil, !isAnnounced else { return }
    isAnnounced = true
    console.line("pages that reload automatically: http://\(proxy.address)/")
  }

  /// Notes the address at which a service listens.
  private func follow(_ report: Report, of service: Int) {
    switch report {
    case .serving(let generation, let address) where generation != served[service]?.generation:
      served[service] = (generation, ListenAddress(address))
    case .live(let swapped):
      let known = served[service]?.address
      let isClosed = known.map { swapped.closed.contains($0.description) } ?? true
      let opened = swapped.opened.lazy.compactMap(ListenAddress.init).first
      served[service] = (swapped.generation, isClosed ? opened : known)
    default: break
    }
  }

  private func update() {
    let first = served.sorted { $0.key < $1.key }.lazy.compactMap(\.value.address).first
    proxy?.server = server ?? first
    let texts = [buildFailure] + failures.sorted { $0.key < $1.key }.map(\.value)
    proxy?.show(failure: texts.filter { !$0.isEmpty }.joined(separator: "\n\n"))
  }
}

extension Project {
  /// Returns the addresses of `browser.listen` and `browser.server`. Throws `SettingsError`.
  fileprivate func browserAddresses() throws -> (listen: ListenAddress?, server: ListenAddress?) {
    let listen = try browserAddress(.browserListen)
    let server = try browserAddress(.browserServer)
    if let listen, listen == server {
      throw settings.error(
        for: .browserServer,
        "is the address of 'browser.listen' too: hotreload would request the pages from itself")
    }
    return (listen, server)
  }

  private func browserAddress(_ setting: Setting) throws -> ListenAddress? {
    guard let text = settings.string(setting) else { return nil }
    let isPathAllowed = setting.key == Setting.browserServer.key
    let local = text.hasPrefix("localhost:") ? "127.0.0.1:" + text.dropFirst("localhost:".count) : text
    if let address = ListenAddress(local), isPathAllowed || address.path == nil { return address }
    throw settings.error(
      for: setting,
      "is '\(text)', which is not an address; write it with its port: 127.0.0.1:8090 or [::1]:8090")
  }
}
