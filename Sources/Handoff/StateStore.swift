internal import CPosix
internal import Glibc
internal import LibraryInterface
package import Posix

/// The states that apps carry over to the next generation. The newest one of each name is kept, in sealed
/// memory (memfd_create(2)).
package final class StateStore {
  /// A state in sealed memory.
  private final class Stored {
    let descriptor: Descriptor

    init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }
  }

  /// The maximum number of states. Each one holds a descriptor.
  package static let nameLimit = 64

  /// The states, by name.
  private var states: [String: Stored] = [:]

  /// Creates an empty store.
  package init() {}

  /// The names of all states.
  package var names: Set<String> { Set(states.keys) }

  /// Replaces the state of this name. The state is removed if there is no descriptor, or if it is not sealed
  /// or too large, because an older state is not the last one of the app.
  package func keep(_ descriptor: consuming Descriptor?, name: String) {
    states[name] = nil
    guard let descriptor, states.count < Self.nameLimit, Self.isSealed(descriptor.number) else { return }
    states[name] = Stored(descriptor)
  }

  /// Sends all states to a process.
  func give(to peer: Peer) {
    for (name, state) in states {
      peer.send(.restore(name: name), descriptor: state.descriptor.number)
    }
  }

  /// Returns whether the memory can no longer be changed and is not too large.
  private static func isSealed(_ number: CInt) -> Bool {
    var status = stat()
    let seals = fcntl(number, getSeals)  // -1 for a file that cannot be sealed
    return seals != -1 && seals & allSeals == allSeals
      && fstat(number, &status) == 0 && status.st_size <= LibraryInterface.stateSizeLimit
  }

  // Constants of <linux/fcntl.h>, which Swift does not import: F_GET_SEALS, and F_SEAL_SEAL | F_SEAL_SHRINK |
  // F_SEAL_GROW | F_SEAL_WRITE.
  private static let getSeals: CInt = 1034
  private static let allSeals: CInt = 0xf
}
