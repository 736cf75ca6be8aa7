internal import Glibc
package import Handoff
package import Posix

/// Serves a server's pages at an address of its own, with a script in them that loads them again when new code serves,
/// and shows what keeps the code from being the newest.
package final class BrowserProxy {
  /// Connections at once.
  private static let limit = 128

  /// Where browsers find the pages.
  package let address: ListenAddress
  private let listener: Descriptor
  private let loop: EventLoop
  private var watch: EventLoop.Token?
  private var noticeWatch: EventLoop.Token?
  private let noticed: Descriptor
  private let pages: Pages

  /// Listens at `address`, and answers as long as the loop runs. `notice` gets what the user should know of pages, on the
  /// loop. Throws the errno of `bind(2)`.
  package init(at address: ListenAddress, loop: EventLoop, notice: @escaping (String) -> Void)
    throws(SystemError)
  {
    self.address = address
    listener = try address.listen()
    self.loop = loop
    let pipe = try Pipe()
    pages = Pages(wakeup: try pipe.writing.duplicate())
    noticed = pipe.takeReading()
    _ = fcntl(listener.number, F_SETFL, O_NONBLOCK)  // a client may be gone before it is accepted
    noticeWatch = try loop.whenReadable(noticed) { [unowned self] in
      _ = try? noticed.read()
      for text in pages.takeNotices() { notice(text) }
    }
    try accept()
  }

  /// Where the server listens; nil: nowhere yet, and pages say so and wait.
  package var server: ListenAddress? {
    get { pages.server }
    set { pages.server = newValue }
  }

  /// The server listens, maybe again: what waits for it is loaded again.
  package func serverListens() { pages.serverListens() }

  /// New code serves, or files that pages are made of have changed: pages are loaded again.
  package func reload() { pages.reload() }

  /// Style sheets alone have changed.
  package func reloadStyles() { pages.reloadStyles() }

  /// Shows over the pages why the newest code does not serve; empty when that is over.
  package func show(failure: String) { pages.show(failure: failure) }

  /// Nobody is answered any more.
  package func close() {
    watch.map(loop.forget)
    noticeWatch.map(loop.forget)
    (watch, noticeWatch) = (nil, nil)
    pages.close()
  }

  private func accept() throws(SystemError) {
    watch = try loop.whenReadable(listener) { [unowned self] in
      // Builds and servers need descriptors too: the rest waits in the queue.
      if pages.exchanges >= Self.limit { return wait() }
      let connection = Glibc.accept(listener.number, nil, nil)
      if connection != -1 { return start(connection) }
      if errno == EMFILE || errno == ENFILE { wait() }
    }
  }

  private func start(_ connection: CInt) {
    _ = fcntl(connection, F_SETFD, FD_CLOEXEC)  // processes are started by this thread alone
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

  /// Until some connections have ended.
  private func wait() {
    watch.map(loop.forget)
    watch = loop.after(.milliseconds(100)) { [unowned self] in
      do { try accept() } catch { wait() }
    }
  }
}
