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
    guard let connection = connections.removeValue(forKey: id) else { return }
    if connection.peer == nil { waiting.removeAll { $0 == id } }
    connection.peer = nil
  }

  /// Its process has not accepted it, and will not.
  func takeBack(_ id: Int) {
    guard let connection = connections[id], connection.peer != nil else { return }
    connection.peer = nil
    waiting.append(id)
  }

  /// The process is gone.
  func takeBack(from peer: Peer) {
    for id in connections.keys.sorted() where connections[id]?.peer === peer { takeBack(id) }
  }

  /// Whether some wait that none of these processes, which accept, takes: they have the listener, and do not wait for it.
  func areUntaken(by peers: [Peer]) -> Bool { !peers.isEmpty && waiting.contains { !isTaken($0, by: peers) } }

  /// Ends those: their clients open new ones, which wait in the kernel's queue.
  func endUntaken(by peers: [Peer]) {
    for id in waiting where !isTaken(id, by: peers) { connections[id] = nil }
    waiting.removeAll { connections[$0] == nil }
  }

  private func isTaken(_ id: Int, by peers: [Peer]) -> Bool {
    guard let key = connections[id]?.key else { return false }
    return peers.contains { $0.listeners.values.contains { $0.key == key && $0.awaited } }
  }

  /// Sends those that wait to these processes, which accept, as far as they have room. While there are none, they wait.
  func passOn(to peers: [Peer]) {
    var left: [Int] = []
    for (index, id) in waiting.enumerated() {
      guard
        peers.contains(where: {
          $0.unaccepted < Self.window && $0.listeners.values.contains(where: \.awaited)
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
        peer.unaccepted < Self.window,
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
