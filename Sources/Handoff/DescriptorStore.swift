package import Posix

/// The descriptors that the generations of a server have stored for later generations (`FDSTORE=1` of
/// sd_notify(3), `FileDescriptorStoreMax=` of systemd.service(5)).
package final class DescriptorStore {
  /// The maximum number of stored descriptors.
  package static let limit = 512

  /// A stored descriptor with its name.
  private final class Stored {
    let name: String
    let received: ReceivedDescriptor
    /// The watch on the peer of the descriptor. `nil` if the end of the peer does not matter.
    var watch: EventLoop.Token?

    init(_ name: String, _ received: ReceivedDescriptor) {
      self.name = name
      self.received = received
    }
  }

  private let loop: EventLoop
  /// The stored descriptors, in the order in which they came.
  private var stored: [Stored] = []

  /// Creates an empty store.
  package init(loop: EventLoop) { self.loop = loop }

  /// The stored descriptors with their names, in the order in which they came.
  package var all: [(name: String, descriptor: CInt)] {
    stored.map { ($0.name, $0.received.descriptor.number) }
  }

  /// Stores the descriptors that are not stored already. Returns whether there was room for all of them.
  ///
  /// - Parameter endsWithPeer: Whether a descriptor is removed when its peer has closed (`FDPOLL` of
  ///   sd_notify(3)).
  @discardableResult
  package func add(_ descriptors: [ReceivedDescriptor], name: String, endsWithPeer: Bool) -> Bool {
    for received in descriptors where !stored.contains(where: { $0.received.isSame(as: received) }) {
      guard stored.count < Self.limit else { return false }
      let new = Stored(name, received)
      stored.append(new)
      guard endsWithPeer else { continue }
      // A descriptor without a peer, such as a file, cannot be watched.
      new.watch = try? loop.whenHungUp(received.descriptor) { [unowned self, unowned new] in
        remove { $0 === new }
      }
    }
    return true
  }

  /// Removes the descriptors of this name (`FDSTOREREMOVE=1`).
  package func remove(name: String) { remove { $0.name == name } }

  /// Removes all descriptors.
  package func removeAll() { remove { _ in true } }

  /// Removes the matching descriptors and their watches.
  private func remove(_ isConcerned: (Stored) -> Bool) {
    for gone in stored where isConcerned(gone) { gone.watch.map(loop.forget) }
    stored.removeAll(where: isConcerned)
  }
}
