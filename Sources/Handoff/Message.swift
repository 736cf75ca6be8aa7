internal import LibraryInterface

/// A message of a server's process. Each is one record of text. The interposer writes
/// them.
package enum Message: Equatable, Sendable {
  /// The first message: the version of the protocol, the number of the generation, and the pid of the
  /// process.
  case hello(version: Int, generation: Int, pid: Int)
  /// The process asks for the listener of this key. The answer has the same number.
  case bind(number: Int, key: String)
  /// The process asks whether it may remove the socket of this key from the file system. The answer has the
  /// same number.
  case unlink(number: Int, key: String)
  /// The process could not bind the key, with this errno.
  case bindFailed(code: CInt, key: String)
  /// The listener `id` of the process listens. A listener that the process bound itself comes with it.
  case listening(id: Int, backlog: Int, address: String, key: String)
  /// The process has asked to be notified of connections on the listener.
  case polled(id: Int)
  /// A thread of the process waits for connections on the listener.
  case awaited(id: Int)
  /// The process has closed the listener, on which it may never have listened.
  case closed(id: Int, key: String)
  /// The process has stopped accepting, as the command of this number asked. The counts are its connections
  /// that have received no byte, that have a request in flight, and that are between requests.
  case paused(number: Int, fresh: Int, busy: Int, idle: Int)
  /// The process could not stop accepting in time, and goes on.
  case notPaused(number: Int)
  /// The process accepts, as the command of this number asked.
  case released(number: Int)
  /// The process has drained: it has nothing in flight.
  case settled
  /// The app uses the library `HotReload`, so it can be given states.
  case attach(number: Int)
  /// A state to carry over, which comes with it. Without a descriptor the state of this name is removed.
  case state(name: String)
  /// A connection for the next generation, which comes with it. It was accepted from the listener of this
  /// key.
  case moved(key: String)
  /// The process has accepted the connection that it was sent.
  case taken(id: Int)
  /// The process cannot accept the connection, which is closed.
  case declined(id: Int)
  /// The process stops accepting and has not accepted the connection, which is for another generation.
  case returned(id: Int)
  /// The process does not know this command.
  case unsupported(String)

  /// Parses a record. `nil` if it is not of this protocol.
  package init?(_ record: String) {
    let (name, rest) = Self.split(record)
    let numbers = rest.split(separator: " ").prefix { $0.allSatisfy(\.isNumber) }.compactMap { Int($0) }
    switch (name, numbers.count) {
    case ("hello", 3): self = .hello(version: numbers[0], generation: numbers[1], pid: numbers[2])
    case ("bind", 1...): self = .bind(number: numbers[0], key: Self.split(rest).rest)
    case ("unlink", 1...): self = .unlink(number: numbers[0], key: Self.split(rest).rest)
    case ("bind-failed", 1...):
      self = .bindFailed(code: CInt(clamping: numbers[0]), key: Self.split(rest).rest)
    case ("listening", 2...):
      let (address, key) = Self.split(Self.split(Self.split(rest).rest).rest)
      self = .listening(
        id: numbers[0], backlog: numbers[1], address: address.unescapedFromKey,
        key: key.hasPrefix("= ") ? String(key.dropFirst(2)) : key
      )
    case ("polled", 1): self = .polled(id: numbers[0])
    case ("awaited", 1): self = .awaited(id: numbers[0])
    case ("closed", 1...): self = .closed(id: numbers[0], key: Self.split(rest).rest)
    case ("paused", 4):
      self = .paused(number: numbers[0], fresh: numbers[1], busy: numbers[2], idle: numbers[3])
    case ("not-paused", 1): self = .notPaused(number: numbers[0])
    case ("released", 1): self = .released(number: numbers[0])
    case ("settled", _): self = .settled
    case ("attach", 2): self = .attach(number: numbers[0])
    case ("state", _) where LibraryInterface.isStateName(rest): self = .state(name: rest)
    case ("moved", _) where !rest.isEmpty: self = .moved(key: rest)
    case ("taken", 1): self = .taken(id: numbers[0])
    case ("declined", 1): self = .declined(id: numbers[0])
    case ("returned", 1): self = .returned(id: numbers[0])
    case ("unsupported", _): self = .unsupported(rest)
    default: return nil
    }
  }

  /// Returns the first word of a text, and the rest after the blank.
  private static func split(_ text: String) -> (first: String, rest: String) {
    guard let space = text.firstIndex(of: " ") else { return (text, "") }
    return (String(text[..<space]), String(text[text.index(after: space)...]))
  }
}

/// A message of hotreload to a server's process. Each is one record of text.
package enum Command: Equatable, Sendable {
  /// Answers `hello`. A held process must not accept before it is released.
  case welcome(held: Bool)
  /// Answers `hello`: the process is not accepted, for this reason.
  case refused(String)
  /// Answers `bind`. The listener comes with it, the `index`th of those that are bound alike. The process
  /// calls listen(2) with at least this backlog, which all holders of the socket share.
  case granted(number: Int, index: Int, backlog: Int)
  /// Answers `bind`: no listener is kept, so the process binds its own. Answers `unlink`: the process may
  /// remove it.
  case own(number: Int, index: Int)
  /// Answers `unlink`: the path stays, because others are live there.
  case kept(number: Int)
  /// Asks the process to stop accepting within this time and to answer only requests in flight. Idle
  /// connections move to the next generation, or are closed.
  case pause(number: Int, milliseconds: Int, moves: Bool)
  /// Asks the process to accept, or to accept again.
  case release(number: Int)
  /// Answers `attach`: the app has been given the states that were there.
  case attached(number: Int)
  /// Gives the app this state, which comes with it, before the process accepts.
  case restore(name: String)
  /// Asks the process to accept this moved connection, which comes with it, from its listener.
  case connection(id: Int, listener: Int)
  /// Asks the process to accept this connection of hotreload, which comes with it, from its listener, even
  /// while it is held.
  case probe(listener: Int)
  /// Reports that a message is not of this protocol.
  case unsupported(String)

  /// Whether the command answers a message, so that a process can cause any number of them.
  var isAnswer: Bool {
    switch self {
    case .granted, .own, .kept, .attached, .unsupported: true
    case .welcome, .refused, .pause, .release, .restore, .connection, .probe: false
    }
  }

  /// The text of the command.
  package var record: String {
    switch self {
    case .welcome(let held): "welcome \(held ? "held" : "live")"
    case .refused(let reason): "refused \(reason)"
    case .granted(let number, let index, let backlog): "granted \(number) \(index) \(backlog)"
    case .kept(let number): "kept \(number)"
    case .own(let number, let index): "own \(number) \(index)"
    case .pause(let number, let milliseconds, let moves):
      "pause \(number) \(milliseconds) \(moves ? "move" : "end")"
    case .connection(let id, let listener): "connection \(id) \(listener)"
    case .probe(let listener): "probe \(listener)"
    case .release(let number): "release \(number)"
    case .attached(let number): "attached \(number)"
    case .restore(let name): "restore \(name)"
    case .unsupported(let record): "unsupported \(record.prefix(100))"
    }
  }
}

/// The constants of the protocol. The interposer is compiled with these values, and with
/// `RecordSocket.recordLimit`.
package enum HandoffProtocol {
  /// The version, which changes when a record changes its meaning or its fields.
  package static let version = 3
  /// The maximum number of moved connections that a process is sent before it accepts them.
  package static let unacceptedLimit = 64
}
