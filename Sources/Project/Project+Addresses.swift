package import Handoff
internal import Settings

// The addresses at which hotreload itself listens.
extension Project {
  /// Returns the addresses of `browser.listen` and `browser.server`. Throws `SettingsError`.
  package func browserAddresses() throws -> (listen: ListenAddress?, server: ListenAddress?) {
    let listen = try address(.browserListen, port: 8090)
    let server = try address(.browserServer, port: 8090, allowsPath: true)
    if let listen, listen == server {
      throw settings.error(
        for: .browserServer,
        "is the address of 'browser.listen' too: hotreload would request the pages from itself")
    }
    return (listen, server)
  }

  /// The address of `console.metrics`; `nil` if it is not set.
  package var metricsAddress: ListenAddress? { get throws { try address(.metrics, port: 9090) } }

  /// Returns the address of a setting, with `localhost` as 127.0.0.1. The error has `port` in its examples.
  private func address(_ setting: Setting, port: Int, allowsPath: Bool = false) throws -> ListenAddress? {
    guard let text = settings.string(setting) else { return nil }
    let local = text.hasPrefix("localhost:") ? "127.0.0.1:" + text.dropFirst("localhost:".count) : text
    if let address = ListenAddress(local), allowsPath || address.path == nil { return address }
    throw settings.error(
      for: setting,
      "is '\(text)', which is not an address; write it with its port: 127.0.0.1:\(port) or [::1]:\(port)")
  }
}
