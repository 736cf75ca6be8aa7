internal import Glibc
package import Handoff
package import Posix

/// A proxy that serves a server's pages at an address of its own, with a script added to them. The script
/// reloads a page when new code is live, and shows why the newest code is not.
package final class BrowserProxy {
  /// The maximum number of connections at a time.
  private static let limit = 128

  /// The address for browsers.
  package let address: ListenAddress
  /// The socket at which browsers connect.
  private let listener: Descriptor
  private let loop: EventLoop
  /// The watch on ``listener``, or the timer after which it is watched again.
  private var watch: EventLoop.Token?
  private var noticeWatch: EventLoop.Token?
  /// The pipe that becomes readable when ``pages`` has notices.
  private let noticed: Descriptor
  /// The state of the pages, which the threads share.
  private let pages: Pages

  /// Listens at `address`, and answers requests as long as the loop runs. Throws the errno of the call that
  /// failed.
  ///
  /// - Parameter notice: Called on the loop with texts about pages that cannot be reloaded, for the user.
  package init(at address: ListenAddress, loop: EventLoop, notice: @escaping (String) -> Void)
    throws(SystemError)
  {
    self.address = address
    listener = try address.listen()
    self.loop = loop
    let pipe = try Pipe()
    pages = Pages(wakeup: try pipe.writing.duplicate())
    noticed = pipe.takeReading()
    _ = fcntl(listener.number, F_SETFL, O_NONBLOCK)  // a client may have left before it is accepted
    noticeWatch = try loop.whenReadable(noticed) { [unowned self] in
      _ = try? noticed.read()
      for text in pages.takeNotices() { notice(text) }
    }
    try accept()
  }

  /// The address at which the server listens. `nil` if it does not listen yet; pages then say so and wait.
  package var server: ListenAddress? {
    get { pages.server }
    set { pages.server = newValue }
  }

  /// Reloads the pages that wait for the server, because it has begun to listen.
  package func serverListens() { pages.serverListens() }

  /// Reloads all pages, because new code is live or files that pages are made of have changed.
  package func reload() { pages.reload() }

  /// Reloads the style sheets of all pages.
  package func reloadStyles() { pages.reloadStyles() }

  /// Shows a text over all pages about why the newest code is not live. An empty text removes it.
  package func show(failure: String) { pages.show(failure: failure) }

  /// Stops answering requests.
  package func close() {
    watch.map(loop.forget)
    noticeWatch.map(loop.forget)
    (watch, noticeWatch) = (nil, nil)
    pages.close()
  }

  /// Accepts connections from now on.
  private func accept() throws(SystemError) {
    watch = try loop.whenReadable(listener) { [unowned self] in
      // Builds and servers need descriptors too, so further clients wait in the kernel's queue.
      if pages.exchanges >= Self.limit { return wait() }
      let connection = Glibc.accept(listener.number, nil, nil)
      if connection != -1 { return start(connection) }
      if errno == EMFILE || errno == ENFILE { wait() }
    }
  }

  /// Answers a connection on a thread of its own.
  private func start(_ connection: CInt) {
    _ = fcntl(connection, F_SETFD, FD_CLOEXEC)  // no other thread starts processes
    pages.exchangeBegan()
    do throws(SystemError) {
      try startDetachedThread { [pages] in
        Exchange(Descriptor(owning: connection), pages: pages).run()
        pages.exchangeEnded()
      }
    } catch {
      pages.exchangeEnded()
      Glibc.close(connection)
    }
  }

  /// Accepts again after 100 ms, when connections may have ended.
  private func wait() {
    watch.map(loop.forget)
    watch = loop.after(.milliseconds(100)) { [unowned self] in
      do { try accept() } catch { wait() }
    }
  }
}
