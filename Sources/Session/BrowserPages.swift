internal import Browser
internal import Handoff
internal import Posix
internal import Project
internal import Reloader
internal import Reporting
internal import Serving

/// The proxy for a browser's pages, if the settings ask for one.
final class BrowserPages {
  private let loop: EventLoop
  private let console: Console
  private var proxy: BrowserProxy?
  /// The server of the pages, if the settings name one.
  private var server: ListenAddress?
  private var isAnnounced = false
  /// The address of each service from which pages can be requested.
  private var served: [ServiceID: ListenAddress] = [:]
  /// The reason why a service does not run the newest code.
  private var failures: [ServiceID: String] = [:]
  private var buildFailure: String?

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

  /// Closes the address of the pages.
  func close() {
    proxy?.close()
    proxy = nil
  }

  /// Shows a failure of a service, or of the build if that is `nil`, or none any more.
  func show(failure: String?, of service: ServiceID?) {
    if let service { failures[service] = failure } else { buildFailure = failure }
    update()
  }

  /// Requests the pages from an address of a service that has begun to accept: from the same as before if it is among
  /// them. `isOpened` is whether it has just begun to listen.
  func serve(_ service: ServiceID, at addresses: [String], isOpened: Bool) {
    let addresses = addresses.compactMap(ListenAddress.init)
    if let known = served[service], addresses.contains(known) {} else { served[service] = addresses.first }
    update()
    if isOpened { proxy?.serverListens() }
    announce()
  }

  /// Removes a service that no longer runs.
  func forget(_ service: ServiceID) {
    (served[service], failures[service]) = (nil, nil)
    update()
  }

  /// The URL of the pages; `nil` if there is no server for them.
  var url: String? { proxy.flatMap { $0.server == nil ? nil : "http://\($0.address)/" } }

  /// Reloads the pages of all browsers.
  func reload(_ reload: PageReload) {
    guard let proxy else { return }
    switch reload {
    case .code: proxy.reload()
    case .files:
      proxy.reload()
      console.line("reloading the pages")
    case .styles:
      proxy.reloadStyles()
      console.line("reloading the style sheets of the pages")
    }
  }

  /// Prints the address of the pages, once a server for them is known.
  func announce() {
    guard let proxy, proxy.server != nil, !isAnnounced else { return }
    isAnnounced = true
    console.importantLine("pages that reload automatically: http://\(proxy.address)/")
  }

  private func update() {
    proxy?.server = server ?? served.min { $0.key < $1.key }?.value
    let texts = [buildFailure].compactMap(\.self) + failures.sorted { $0.key < $1.key }.map(\.value)
    proxy?.show(failure: texts.joined(separator: "\n\n"))
  }
}
