internal import Glibc
internal import Handoff
internal import Posix
internal import Synchronization

/// The state that is shown to the pages in browsers, and their event streams. Can be used on all threads.
final class Pages: Sendable {
  /// The versions by which a page detects that it must be reloaded.
  struct Newest {
    /// The version of the pages. It changes whenever pages must be reloaded, and with every run of hotreload,
    /// because a page may outlive it.
    let version: String
    /// The version of the server. It changes whenever the server begins to listen.
    let served: String
  }

  /// The state that the mutex guards.
  private struct State {
    /// The number of reloads of all pages.
    var version = 0
    /// The number of times that the server has begun to listen.
    var served = 0
    /// The text over all pages. Empty if there is none.
    var failure = ""
    /// The address of the server. `nil` if it does not listen.
    var server: ListenAddress?
    /// The descriptors of the open event streams. Each stays open as long as it is in the set.
    var streams: Set<CInt> = []
    /// The number of connections.
    var exchanges = 0
    /// The blockers that were noted so far.
    var told: Set<Told> = []
    /// The notices that were not taken yet.
    var notices: [String] = []
  }

  /// A reload blocker of the page at a path.
  private struct Told: Hashable {
    let path: String
    let blocker: ReloadBlocker
  }

  /// The maximum number of notices in a run.
  private static let mostNotices = 100

  private let state = Mutex(State())
  /// The time of the start, which tells versions of this run from those of others.
  private let run = FileSystem.coarseTime
  /// The writing end of a pipe that gets a byte for each notice.
  private let wakeup: Descriptor

  /// Creates the state without pages and without a server.
  init(wakeup: consuming Descriptor) { self.wakeup = wakeup }

  /// The versions of a page that is requested now.
  var newest: Newest { state.withLock { newest($0) } }

  /// The address of the server. `nil` if it does not listen.
  var server: ListenAddress? {
    get { state.withLock(\.server) }
    set { state.withLock { $0.server = newValue } }
  }

  /// The number of connections.
  var exchanges: Int { state.withLock(\.exchanges) }

  /// Counts a connection.
  func exchangeBegan() { state.withLock { $0.exchanges += 1 } }

  /// Counts a connection as ended.
  func exchangeEnded() { state.withLock { $0.exchanges -= 1 } }

  /// Reloads all pages.
  func reload() {
    state.withLock {
      $0.version += 1
      broadcast(news($0), to: $0)
    }
  }

  /// Reloads the pages that were shown in place of the server's while it did not listen.
  func serverListens() {
    state.withLock {
      $0.served += 1
      broadcast(news($0), to: $0)
    }
  }

  /// Reloads the style sheets of all pages.
  func reloadStyles() { state.withLock { broadcast("event: styles\ndata:\n\n", to: $0) } }

  /// Shows why the newest code is not live. An empty text removes the earlier one.
  func show(failure: String) {
    state.withLock {
      if $0.failure == failure { return }
      $0.failure = failure
      broadcast(news($0), to: $0)
    }
  }

  /// Sends the state to an event stream, and all changes until ``leave(_:)``.
  func join(_ stream: CInt) {
    state.withLock {
      $0.streams.insert(stream)
      send(news($0), to: stream)
    }
  }

  /// Removes an event stream. Call it before the stream is closed.
  func leave(_ stream: CInt) { state.withLock { _ = $0.streams.remove(stream) } }

  /// Ends all event streams (shutdown(2)).
  func close() { state.withLock { for stream in $0.streams { shutdown(stream, CInt(SHUT_RDWR)) } } }

  /// Notes why a page cannot be reloaded, once for each page and blocker.
  func tell(_ path: String, _ blocker: ReloadBlocker) {
    let isNew = state.withLock { state in
      guard state.told.count < Self.mostNotices,
        state.told.insert(Told(path: path, blocker: blocker)).inserted
      else { return false }
      state.notices.append("the page \(path) does not reload automatically: \(blocker)")
      return true
    }
    if isNew { try? wakeup.write("!") }
  }

  /// Returns the notices since the last call.
  func takeNotices() -> [String] {
    state.withLock { state in
      defer { state.notices = [] }
      return state.notices
    }
  }

  /// Returns the versions for a state.
  private func newest(_ state: borrowing State) -> Newest {
    Newest(version: "\(run).\(state.version)", served: "\(run).\(state.served)")
  }

  /// Returns the state as server-sent events (HTML, 9.2), with one line of `data` for each line of text.
  private func news(_ state: borrowing State) -> String {
    let lines = state.failure.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    let newest = newest(state)
    return
      "event: version\ndata: \(newest.version)\n\nevent: served\ndata: \(newest.served)\n\nevent: failure\n"
      + lines.map { "data: \($0)\n" }.joined() + "\n"
  }

  /// Sends an event to all streams.
  private func broadcast(_ text: String, to state: borrowing State) {
    for stream in state.streams { send(text, to: stream) }
  }

  /// Sends an event without waiting. A stream without room is closed, so that the page connects again.
  private func send(_ text: String, to stream: CInt) {
    let bytes = Array(text.utf8)
    let count = Glibc.send(stream, bytes, bytes.count, CInt(MSG_DONTWAIT | MSG_NOSIGNAL))
    if count != bytes.count { shutdown(stream, CInt(SHUT_RDWR)) }
  }
}
