/// What a server's process says, one text record a message. The interposer's `link.c` and `listeners.c` write them.
package enum Message: Equatable, Sendable {
  /// The version of the protocol, the generation, and the pid of the process that speaks.
  case hello(version: Int, generation: Int, pid: Int)
  /// The server wants to bind this: have you got it? The answer has the number of the question.
  case bind(number: Int, key: String)
  /// The server wants to remove the socket of this name from the file system: may it?
  case unlink(number: Int, key: String)
  /// It could not bind it, with this errno.
  case bindFailed(code: CInt, key: String)
  /// Its listener `id` listens.
  case listening(id: Int, backlog: Int, address: String, key: String)
  /// It wants to hear of connections on the listener.
  case polled(id: Int)
  /// A thread of it waits for them.
  case awaited(id: Int)
  /// It has closed the listener, which may not have listened yet.
  case closed(id: Int, key: String)
  /// It has stopped accepting, as the command of this number asked; what its connections were doing.
  case paused(number: Int, fresh: Int, busy: Int, idle: Int)
  /// It could not stop accepting in time, and goes on.
  case notPaused(number: Int)
  /// It accepts, as the command of this number asked.
  case released(number: Int)
  /// Nothing of it is in flight.
  case settled
  /// The app has the library `HotReload`: it can be given states.
  case attach(number: Int)
  /// A state that the app wants carried over. Comes with it; without, there is none of this name any more.
  case state(name: String)
  /// This connection, accepted from the listener of the key, is for the next generation. Comes with it.
  case moved(key: String)
  /// It has accepted the connection that it was sent.
  case taken(id: Int)
  /// It cannot: the connection is to be ended.
  case declined(id: Int)
  /// It has not, and stops accepting: the connection is for another generation.
  case returned(id: Int)
  /// It does not know this command of ours.
  case unsupported(String)

  /// Reads a record; nil for one that is not of this protocol.
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
    case ("state", _) where StateStore.isName(rest): self = .state(name: rest)
    case ("moved", _) where !rest.isEmpty: self = .moved(key: rest)
    case ("taken", 1): self = .taken(id: numbers[0])
    case ("declined", 1): self = .declined(id: numbers[0])
    case ("returned", 1): self = .returned(id: numbers[0])
    case ("unsupported", _): self = .unsupported(rest)
    default: return nil
    }
  }

  private static func split(_ text: String) -> (first: String, rest: String) {
    guard let space = text.firstIndex(of: " ") else { return (text, "") }
    return (String(text[..<space]), String(text[text.index(after: space)...]))
  }
}

/// What we say to a server's process.
package enum Command: Equatable, Sendable {
  /// You may speak; a held one must not accept before it is released.
  case welcome(held: Bool)
  /// Go away, for this reason.
  case refused(String)
  /// Here is the listener, the `index`th of those that are bound alike; listen with at least this backlog, which is
  /// shared by all who hold it. Comes with it.
  case granted(number: Int, index: Int, backlog: Int)
  /// Nobody has it: bind it yourself.
  case own(number: Int, index: Int)
  /// It stays: others serve there.
  case kept(number: Int)
  /// Stop accepting within this time, and answer what is in flight and nothing else. What is idle moves to the next
  /// generation, or ends.
  case pause(number: Int, milliseconds: Int, moves: Bool)
  /// Accept (again).
  case release(number: Int)
  /// Your app can be given states, and has been given what there was for it.
  case attached(number: Int)
  /// Give the app this state, before it accepts. Comes with it.
  case restore(name: String)
  /// Accept this connection, which has moved, from your listener. Comes with it.
  case connection(id: Int, listener: Int)
  /// Accept this connection of ours from your listener, although you are held. Comes with it.
  case probe(listener: Int)
  /// What you said is not of this protocol.
  case unsupported(String)

  /// Whether a process gets one for each time it asks.
  var isAnswer: Bool {
    switch self {
    case .granted, .own, .kept, .attached, .unsupported: true
    case .welcome, .refused, .pause, .release, .restore, .connection, .probe: false
    }
  }

  /// The record.
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

/// The version of the protocol that we speak.
package let protocolVersion = 3
