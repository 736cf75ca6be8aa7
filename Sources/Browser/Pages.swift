internal import Glibc
internal import Handoff
internal import Posix
internal import Synchronization

/// What the pages in browsers should know, and those that listen for it. For all threads.
final class Pages: Sendable {
  /// What a page is told apart by.
  struct Newest {
    /// Another one whenever there is something to load a page again for, also in another run: a page outlives hotreload.
    let version: String
    /// Another one whenever the server has begun to listen.
    let served: String
  }

  private struct State {
    var version = 0
    var served = 0
    var failure = ""
    var server: ListenAddress?
    /// The event streams of the pages that are open. Each is open as long as it is in here.
    var streams: Set<CInt> = []
    var exchanges = 0
    /// The obstacles that were said, and the texts that nobody has taken yet.
    var told: Set<Told> = []
    var notices: [String] = []
  }

  private struct Told: Hashable {
    let path: String
    let obstacle: PageObstacle
  }

  /// So much is said in all.
  private static let mostNotices = 100

  private let state = Mutex(State())
  private let run = FileSystem.now
  /// Gets a byte for each text.
  private let wakeup: Descriptor

  init(wakeup: consuming Descriptor) { self.wakeup = wakeup }

  var newest: Newest { state.withLock { newest($0) } }

  /// Where requests are passed on to.
  var server: ListenAddress? {
    get { state.withLock(\.server) }
    set { state.withLock { $0.server = newValue } }
  }

  /// How many connections there are.
  var exchanges: Int { state.withLock(\.exchanges) }

  func exchangeBegan() { state.withLock { $0.exchanges += 1 } }

  func exchangeEnded() { state.withLock { $0.exchanges -= 1 } }

  /// Has all pages loaded again.
  func reload() {
    state.withLock {
      $0.version += 1
      broadcast(news($0), to: $0)
    }
  }

  /// Has those loaded again that stand for the server's, as long as it did not listen.
  func serverListens() {
    state.withLock {
      $0.served += 1
      broadcast(news($0), to: $0)
    }
  }

  /// Has style sheets alone loaded again.
  func reloadStyles() { state.withLock { broadcast("event: styles\ndata:\n\n", to: $0) } }

  /// Shows why the code is not the newest; empty for when it is again.
  func show(failure: String) {
    state.withLock {
      if $0.failure == failure { return }
      $0.failure = failure
      broadcast(news($0), to: $0)
    }
  }

  /// Tells a page what there is, and from now on what happens; until ``leave(_:)``.
  func join(_ stream: CInt) {
    state.withLock {
      $0.streams.insert(stream)
      send(news($0), to: stream)
    }
  }

  /// Before the stream is closed.
  func leave(_ stream: CInt) { state.withLock { _ = $0.streams.remove(stream) } }

  /// Ends all streams.
  func close() { state.withLock { for stream in $0.streams { shutdown(stream, CInt(SHUT_RDWR)) } } }

  /// Notes, once, why a page does not load itself again.
  func tell(_ path: String, _ obstacle: PageObstacle) {
    let isNew = state.withLock { state in
      guard state.told.count < Self.mostNotices,
        state.told.insert(Told(path: path, obstacle: obstacle)).inserted
      else { return false }
      state.notices.append("the page \(path) does not reload by itself: \(obstacle)")
      return true
    }
    if isNew { try? wakeup.write("!") }
  }

  /// The texts that have come since.
  func takeNotices() -> [String] {
    state.withLock { state in
      defer { state.notices = [] }
      return state.notices
    }
  }

  private func newest(_ state: borrowing State) -> Newest {
    Newest(version: "\(run).\(state.version)", served: "\(run).\(state.served)")
  }

  /// Server-sent events (HTML, 9.2): a line each of text.
  private func news(_ state: borrowing State) -> String {
    let lines = state.failure.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    let newest = newest(state)
    return
      "event: version\ndata: \(newest.version)\n\nevent: served\ndata: \(newest.served)\n\nevent: failure\n"
      + lines.map { "data: \($0)\n" }.joined() + "\n"
  }

  private func broadcast(_ text: String, to state: borrowing State) {
    for stream in state.streams { send(text, to: stream) }
  }

  /// A page that does not read has to come again.
  private func send(_ text: String, to stream: CInt) {
    let bytes = Array(text.utf8)
    let count = Glibc.send(stream, bytes, bytes.count, CInt(MSG_DONTWAIT | MSG_NOSIGNAL))
    if count != bytes.count { shutdown(stream, CInt(SHUT_RDWR)) }
  }
}
