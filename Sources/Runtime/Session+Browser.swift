internal import Browser
internal import Console
internal import Handoff
internal import Posix
internal import Reloader
internal import Settings

// What the browser gets to know.
extension Session {
  /// Opens, moves or closes the address for browsers as the settings say. Throws ``UsageFailure`` and `SettingsError`;
  /// then nothing has changed.
  func serveBrowser(_ project: Project) throws {
    let address = try project.browserAddress(.browserListen)
    let server = try project.browserAddress(.browserServer)
    if address != browserAddress {
      let proxy = try address.map(listenForBrowser)
      self.proxy?.close()
      (self.proxy, browserAddress, isBrowserTold) = (proxy, address, false)
    }
    proxy?.server = server ?? servedAddress
  }

  private func listenForBrowser(at address: ListenAddress) throws -> BrowserProxy {
    do throws(SystemError) { return try BrowserProxy(at: address, loop: loop) } catch {
      throw UsageFailure(bindFailure(address.key, error.code, of: "hotreload ('browser.listen')"))
    }
  }

  /// Keeps the pages at what is reported.
  func tellBrowser(_ report: Report, of service: Service) {
    if service === services[0] { follow(report) }
    guard let proxy else { return }
    switch report {
    case .serving, .swapped: proxy.reload()
    case .rolledBack:
      proxy.reload()
      proxy.show(failure: plain(report, of: service))
    case .unchanged, .kept: proxy.show(failure: "")
    case .buildFailed:
      proxy.show(failure: (builder.complaints + [plain(report, of: service)]).joined(separator: "\n"))
    case .diedBeforeReady, .notReady, .handoverFailed, .died, .restarting:
      proxy.show(failure: plain(report, of: service))
    default: break
    }
  }

  /// Says where the pages are, once the server serves.
  func announceBrowser() {
    guard let browserAddress, !isBrowserTold else { return }
    isBrowserTold = true
    console.line("pages that reload by themselves: http://\(browserAddress)/")
  }

  func reloadPages(_ paths: [String]) {
    guard let proxy else { return }
    if paths.allSatisfy({ $0.hasSuffix(".css") }) {
      proxy.reloadStyles()
      console.line("the pages load their style sheets again")
    } else {
      proxy.reload()
      console.line("the pages load again")
    }
  }

  /// Where the first service listens.
  private func follow(_ report: Report) {
    switch report {
    case .serving(let generation, let address) where generation != servedGeneration:
      (servedGeneration, servedAddress) = (generation, ListenAddress(address))
    case .swapped(let swapped):
      servedGeneration = swapped.generation
      guard let address = servedAddress?.description, swapped.closed.contains(address) else { return }
      servedAddress = swapped.opened.lazy.compactMap(ListenAddress.init).first
    default: return
    }
    if project.settings.string(.browserServer) == nil { proxy?.server = servedAddress }
  }

  private func plain(_ report: Report, of service: Service) -> String {
    let style = Style(wanted: "never", isTerminal: false, variable: { _ in nil })
    return service.prefix + (style.text(report, product: builder.name, isInteractive: false) ?? "")
  }
}

extension Project {
  /// An address with a port. Throws `SettingsError`.
  fileprivate func browserAddress(_ setting: Setting) throws -> ListenAddress? {
    guard let text = settings.string(setting) else { return nil }
    if let address = ListenAddress(text), address.path == nil || setting.key == Setting.browserServer.key {
      return address
    }
    throw settings.refuse(
      setting, "is '\(text)', which is no address; write it with its port: 127.0.0.1:8090 or [::1]:8090")
  }
}
