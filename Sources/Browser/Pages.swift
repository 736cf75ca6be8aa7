internal import Glibc
internal import Handoff
internal import Posix
internal import Synchronization

/// What the pages in browsers should know, and those that listen for it. For all threads.
final class Pages: Sendable {
  private struct State {
    /// Counts what a page should be loaded again for.
    var version = 0
    var failure = ""
    var server: ListenAddress?
    /// The event streams of the pages that are open. Each is open as long as it is in here.
    var streams: Set<CInt> = []
  }

  private let state = Mutex(State())
  /// Tells versions of this run from those of another: a page outlives hotreload.
  private let run = FileSystem.now

  /// What a page has to be told apart by.
  var version: String { state.withLock { "\(run).\($0.version)" } }

  /// Where requests are passed on to.
  var server: ListenAddress? {
    get { state.withLock(\.server) }
    set { state.withLock { $0.server = newValue } }
  }

  /// Has all pages loaded again.
  func reload() {
    state.withLock {
      $0.version += 1
      $0.failure = ""
      broadcast(state($0), to: &$0)
    }
  }

  /// Has style sheets alone loaded again.
  func reloadStyles() { state.withLock { broadcast("event: styles\ndata:\n\n", to: &$0) } }

  /// Shows why the code is not the newest; empty for when it is again.
  func show(failure: String) {
    state.withLock {
      if $0.failure == failure { return }
      $0.failure = failure
      broadcast(state($0), to: &$0)
    }
  }

  /// Tells a page what there is, and from now on what happens; until ``leave(_:)``.
  func join(_ stream: CInt) {
    state.withLock {
      $0.streams.insert(stream)
      send(state($0), to: stream)
    }
  }

  /// Before the stream is closed.
  func leave(_ stream: CInt) { state.withLock { _ = $0.streams.remove(stream) } }

  /// Ends all streams.
  func close() { state.withLock { for stream in $0.streams { shutdown(stream, CInt(SHUT_RDWR)) } } }

  /// Server-sent events (HTML, 9.2): a line each of text.
  private func state(_ state: State) -> String {
    let lines = state.failure.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    return "event: version\ndata: \(run).\(state.version)\n\nevent: failure\n"
      + lines.map { "data: \($0)\n" }.joined() + "\n"
  }

  private func broadcast(_ text: String, to state: inout State) {
    for stream in state.streams { send(text, to: stream) }
  }

  /// A page that does not read has to come again.
  private func send(_ text: String, to stream: CInt) {
    let bytes = Array(text.utf8)
    let count = Glibc.send(stream, bytes, bytes.count, CInt(MSG_DONTWAIT | MSG_NOSIGNAL))
    if count != bytes.count { shutdown(stream, CInt(SHUT_RDWR)) }
  }
}
