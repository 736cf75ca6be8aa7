/// The values on which hotreload and the library `HotReload` in an app agree. The interposer, which connects
/// them, is compiled with the same values.
package enum LibraryInterface {
  /// The version of the interposer's functions and events.
  package static let version: Int32 = 1

  /// The reason why the interposer calls the library's handler.
  package enum Event: Int32, CaseIterable, Sendable {
    /// This generation stops accepting.
    case draining = 1
    /// The app is to save each state.
    case save
    /// This generation accepts again.
    case resumed
    /// The app is to restore a state.
    case restore
  }

  /// The maximum size of a state, in bytes.
  package static let stateSizeLimit = 256 << 20

  /// Returns whether a text can name a state: 1 to 64 letters, digits, `.`, `-` and `_`.
  package static func isStateName(_ text: String) -> Bool {
    (1...64).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
          true
        default: false
        }
      }
  }
}
