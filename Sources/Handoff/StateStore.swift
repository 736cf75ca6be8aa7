internal import Glibc
package import Posix

/// What apps carry over from one generation to the next, by name: the newest of each, in sealed memory (`memfd_create(2)`).
package final class StateStore {
  private final class Stored {
    let descriptor: Descriptor

    init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }
  }

  /// The most names: each holds a descriptor of ours.
  package static let nameLimit = 64
  /// In bytes, of one state.
  package static let sizeLimit = 256 << 20

  private var states: [String: Stored] = [:]

  /// Nothing is kept yet.
  package init() {}

  /// The names of what is kept.
  package var names: Set<String> { Set(states.keys) }

  /// Letters, digits, `.`, `-` and `_`; 1 to 64 of them. The library `HotReload` asks the same of an app.
  package static func isName(_ text: String) -> Bool {
    (1...64).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        switch UInt8(byte) {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
          true
        default: false
        }
      }
  }

  /// Keeps a state in place of the one before it. What is none, is not sealed, or is too large takes that away too: an
  /// older one is not what the app had last.
  package func keep(_ descriptor: consuming Descriptor?, name: String) {
    states[name] = nil
    guard let descriptor, states.count < Self.nameLimit, Self.isSealed(descriptor.number) else { return }
    states[name] = Stored(descriptor)
  }

  /// Sends all to a process that can take them.
  func give(to peer: Peer) {
    for (name, state) in states {
      peer.send(.restore(name: name), descriptor: state.descriptor.number)
    }
  }

  /// Whether nobody can change it any more, so that all who have it see the same.
  private static func isSealed(_ number: CInt) -> Bool {
    var status = stat()
    let seals = fcntl(number, getSeals)  // -1 for what has none, and never will
    return seals != -1 && seals & allSeals == allSeals
      && fstat(number, &status) == 0 && status.st_size <= sizeLimit
  }

  // <linux/fcntl.h>, which Swift does not import: F_GET_SEALS, and F_SEAL_SEAL | SHRINK | GROW | WRITE.
  private static let getSeals: CInt = 1034
  private static let allSeals: CInt = 0xf
}
