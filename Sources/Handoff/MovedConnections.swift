internal import Glibc
internal import Posix

/// Established connections that move from the generation that accepted them to the live one.
///
/// A copy of each is kept until a process has accepted it. If a process dies or is paused before it has
/// accepted a connection, the connection goes to the next live process. After a failed probation this is one
/// of the old generation. Connections that the new generation has accepted end with it, as all connections of
/// a process that dies.
final class MovedConnections {
  /// A moved connection that no process has accepted yet.
  private final class Moved {
    /// The key of the listener from which the connection was accepted.
    let key: String
    /// The copy of the connection.
    let descriptor: Descriptor
    /// The process that the connection was sent to. `nil` while it is queued.
    var peer: Peer? {
      didSet {
        oldValue?.unaccepted -= 1
        peer?.unaccepted += 1
      }
    }

    init(_ descriptor: consuming Descriptor, key: String) {
      self.descriptor = descriptor
      self.key = key
    }
  }

  /// All connections, by id.
  private var connections: [Int: Moved] = [:]
  /// The queued connections, in the order in which they came.
  private var waiting: [Int] = []
  /// The id of the last connection.
  private var lastID = 0
  /// The maximum number of connections: half of the limit of open files, so that descriptors are left for
  /// other uses.
  private let limit: Int

  /// Creates an empty queue. Reads the limit of open files (getrlimit(2)).
  init() {
    var files = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &files)
    limit = Int(clamping: files.rlim_cur / 2)
  }

  /// Queues a connection that was accepted from the listener of `key`. Closes it if there are too many.
  func add(_ descriptor: consuming Descriptor, key: String) {
    guard connections.count < limit else { return }
    lastID += 1
    connections[lastID] = Moved(descriptor, key: key)
    waiting.append(lastID)
  }

  /// Closes the copy of a connection that was accepted or that cannot be.
  func forget(_ id: Int) {
    guard let connection = connections.removeValue(forKey: id) else { return }
    if connection.peer == nil { waiting.removeAll { $0 == id } }
    connection.peer = nil
  }

  /// Queues a connection again that its process will not accept.
  func takeBack(_ id: Int) {
    guard let connection = connections[id], connection.peer != nil else { return }
    connection.peer = nil
    waiting.append(id)
  }

  /// Queues the connections again that were sent to a process that is gone.
  func takeBack(from peer: Peer) {
    for id in connections.keys.sorted() where connections[id]?.peer === peer { takeBack(id) }
  }

  /// Returns whether a queued connection has no taker among these live processes. They may have its listener,
  /// but do not wait for connections there.
  func haveNoTaker(among peers: [Peer]) -> Bool {
    !peers.isEmpty && waiting.contains { !isTaken($0, by: peers) }
  }

  /// Closes the queued connections that have no taker, and whose listener has a key that `isConcerned`. Their
  /// clients connect again, and then wait in the kernel's queue.
  func closeUntaken(by peers: [Peer], where isConcerned: (String) -> Bool = { _ in true }) {
    for id in waiting where !isTaken(id, by: peers) && connections[id].map({ isConcerned($0.key) }) == true {
      connections[id] = nil
    }
    waiting.removeAll { connections[$0] == nil }
  }

  /// Returns whether one of the processes waits for connections on the listener of the connection.
  private func isTaken(_ id: Int, by peers: [Peer]) -> Bool {
    guard let key = connections[id]?.key else { return false }
    return peers.contains { $0.listeners.values.contains { $0.key == key && $0.awaited } }
  }

  /// Offers the queued connections to these live processes, up to
  /// `HandoffProtocol.unacceptedLimit` each. The rest stay queued.
  /// Connections to a listener that no process has are closed.
  func passOn(to peers: [Peer]) {
    var left: [Int] = []
    for (index, id) in waiting.enumerated() {
      guard
        peers.contains(where: {
          $0.unaccepted < HandoffProtocol.unacceptedLimit && $0.listeners.values.contains(where: \.awaited)
        })
      else {
        left += waiting[index...]
        break
      }
      guard let connection = connections[id] else { continue }
      let takers = peers.compactMap { peer in
        peer.listeners.first { $0.value.key == connection.key && $0.value.awaited }.map { (peer, $0.key) }
      }
      if let (peer, listener) = takers.min(by: { $0.0.unaccepted < $1.0.unaccepted }),
        peer.unaccepted < HandoffProtocol.unacceptedLimit,
        peer.offer(.connection(id: id, listener: listener), descriptor: connection.descriptor.number)
      {
        connection.peer = peer
      } else if takers.isEmpty,
        !peers.contains(where: { $0.listeners.values.contains { $0.key == connection.key } })
      {
        connections[id] = nil
      } else {
        left.append(id)
      }
    }
    waiting = left
  }
}
