internal import Glibc
internal import Posix

/// Established connections on their way from the generation that has accepted them to the one that accepts now.
///
/// A copy of each is kept until a process has accepted it. So what a process was sent, and had not accepted when it died or
/// was paused, goes to the next one that accepts: back to the old generation if the new one failed its probation. What the
/// new one had accepted ends with it, as every connection of a process that dies.
final class MovedConnections {
  private final class Moved {
    let key: String
    let descriptor: Descriptor
    /// The process that it was sent to.
    var peer: ObjectIdentifier?

    init(_ descriptor: consuming Descriptor, key: String) {
      self.descriptor = descriptor
      self.key = key
    }
  }

  /// How many a process may have that it has not accepted: `ARRIVALS` of the interposer.
  private static let window = 64

  private var connections: [Int: Moved] = [:]
  /// Those that no process has, in the order in which they came.
  private var waiting: [Int] = []
  private var lastID = 0
  /// Others must find a descriptor too.
  private let limit: Int

  init() {
    var files = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &files)
    limit = Int(clamping: files.rlim_cur / 2)
  }

  /// Keeps a connection that was accepted from a listener of this key; one too many is ended.
  func add(_ descriptor: consuming Descriptor, key: String) {
    guard connections.count < limit else { return }
    lastID += 1
    connections[lastID] = Moved(descriptor, key: key)
    waiting.append(lastID)
  }

  /// It was accepted, or cannot be: our copy is closed.
  func forget(_ id: Int) {
    if connections.removeValue(forKey: id)?.peer == nil { waiting.removeAll { $0 == id } }
  }

  /// Its process has not accepted it, and will not.
  func takeBack(_ id: Int) {
    guard let connection = connections[id], connection.peer != nil else { return }
    connection.peer = nil
    waiting.append(id)
  }

  /// The process is gone.
  func takeBack(from peer: ObjectIdentifier) {
    for id in connections.keys.sorted() where connections[id]?.peer == peer { takeBack(id) }
  }

  /// Sends those that wait to these processes, which accept. While there are none, they wait.
  func passOn(to peers: [Peer]) {
    guard !waiting.isEmpty, peers.contains(where: { $0.listeners.values.contains(where: \.polled) }) else {
      return
    }
    var load: [ObjectIdentifier: Int] = [:]
    for connection in connections.values { connection.peer.map { load[$0, default: 0] += 1 } }
    var left: [Int] = []
    for id in waiting {
      guard let connection = connections[id] else { continue }
      let takers = peers.compactMap { peer in
        peer.listeners.first { $0.value.key == connection.key && $0.value.polled }.map { (peer, $0.key) }
      }
      let free = takers.min {
        load[ObjectIdentifier($0.0), default: 0] < load[ObjectIdentifier($1.0), default: 0]
      }
      if let (peer, listener) = free, load[ObjectIdentifier(peer), default: 0] < Self.window,
        peer.send(.connection(id: id, listener: listener), descriptor: connection.descriptor.number)
      {
        connection.peer = ObjectIdentifier(peer)
        load[ObjectIdentifier(peer), default: 0] += 1
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
