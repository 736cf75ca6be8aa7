package import Handoff
internal import Settings

extension Project {
  /// Returns the addresses of `browser.listen` and `browser.server`. Throws `SettingsError`.
  package func browserAddresses() throws -> (listen: ListenAddress?, server: ListenAddress?) {
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
