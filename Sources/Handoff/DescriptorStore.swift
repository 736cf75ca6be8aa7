package import Posix

/// The descriptors that the generations of a server have given away for those after them (systemd.service(5),
/// `FileDescriptorStoreMax=`).
package final class DescriptorStore {
  /// The most that are kept.
  package static let limit = 512

  private final class Stored {
    let name: String
    let received: ReceivedDescriptor
    var watch: EventLoop.Token?

    init(_ name: String, _ received: ReceivedDescriptor) {
      self.name = name
      self.received = received
    }
  }

  private let loop: EventLoop
  private var stored: [Stored] = []

  /// Nothing is kept yet.
  package init(loop: EventLoop) { self.loop = loop }

  /// Those that are kept, in the order in which they came.
  package var all: [(name: String, descriptor: CInt)] {
    stored.map { ($0.name, $0.received.descriptor.number) }
  }

  /// Keeps these, where they are not kept already; returns whether there was room. `endsWithPeer`: one whose peer has gone is
  /// kept no longer.
  @discardableResult
  package func add(_ descriptors: [ReceivedDescriptor], name: String, endsWithPeer: Bool) -> Bool {
    for received in descriptors where !stored.contains(where: { $0.received.isSame(as: received) }) {
      guard stored.count < Self.limit else { return false }
      let new = Stored(name, received)
      stored.append(new)
      guard endsWithPeer else { continue }
      // What has no peer cannot be watched.
      new.watch = try? loop.whenHungUp(received.descriptor) { [unowned self, unowned new] in
        remove { $0 === new }
      }
    }
    return true
  }

  /// Keeps those of this name no longer.
  package func remove(name: String) { remove { $0.name == name } }

  /// Keeps nothing any more.
  package func removeAll() { remove { _ in true } }

  private func remove(_ isConcerned: (Stored) -> Bool) {
    for gone in stored where isConcerned(gone) { gone.watch.map(loop.forget) }
    stored.removeAll(where: isConcerned)
  }
}
