internal import Foundation
internal import Glibc
package import Posix

/// Listens for commands on a Unix domain socket of this user. It never waits for a client.
package final class ControlServer {
  /// The maximum number of clients at a time. The one that came first is closed for the next.
  private static let limit = 64

  private let loop: EventLoop
  private let listener: StreamListener
  private let handle: (ControlRequest, ControlClientLink) -> Void
  private var watch: EventLoop.Token?
  /// The clients, in the order in which they came.
  private var clients: [ControlClientLink] = []

  /// Listens at `path`, which must not exist. `handle` is called with each request and its client. Throws the errno
  /// with the path.
  package init(
    path: String, loop: EventLoop, handle: @escaping (ControlRequest, ControlClientLink) -> Void
  ) throws(SystemError) {
    self.loop = loop
    self.handle = handle
    listener = try StreamListener(path: path)
    watch = try loop.whenReadable(listener.descriptor) { [unowned self] in accept() }
  }

  /// Stops listening, and closes all connections.
  package func close() {
    watch.map(loop.forget)
    watch = nil
    for client in clients { client.close() }
    clients = []
  }

  private func accept() {
    while let peer = try? listener.accept() {
      if clients.count >= Self.limit { clients.removeFirst().close() }
      guard let client = try? ControlClientLink(peer, loop: loop) else { continue }
      client.received = { [unowned self, unowned client] in handle($0, client) }
      client.closed = { [unowned self, unowned client] in
        // It must first return from the call that has closed it.
        loop.after(.zero) { [weak self, weak client] in self?.clients.removeAll { $0 === client } }
      }
      clients.append(client)
    }
  }
}
