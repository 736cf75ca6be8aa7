internal import LibraryInterface
internal import Synchronization

/// The states that the app carries over, and the states that arrived before the app asked for them.
final class CarriedStates: Sendable {
  /// One state of the app. The closures may block.
  struct Carried: Sendable {
    let version: Int
    let save: @Sendable () throws -> [UInt8]
    let restore: @Sendable (_ version: Int, _ bytes: [UInt8]) -> Void
  }

  static let shared = CarriedStates()

  /// The states by name.
  private struct Contents {
    var carried: [String: Carried] = [:]
    var waiting: [String: (version: Int, bytes: [UInt8])] = [:]
  }

  private let contents = Mutex(Contents())

  /// Begins to carry a state over, and replaces a state of the same name. Returns the saved state that has
  /// arrived for it, which the caller restores. The name must satisfy `LibraryInterface.isStateName(_:)`.
  func add(_ name: String, _ carried: Carried) -> (version: Int, bytes: [UInt8])? {
    precondition(
      LibraryInterface.isStateName(name),
      "a state's name is 1 to 64 letters, digits, '.', '-' and '_', not '\(name)'")
    Interposer.attach()  // returns after hotreload has sent the states for this process
    return contents.withLock {
      $0.carried[name] = carried
      return $0.waiting.removeValue(forKey: name)
    }
  }

  /// Saves every state, and gives it to hotreload.
  func save() {
    for (name, carried) in contents.withLock({ $0.carried }) {
      do {
        let memory = try SealedMemory(
          name: "hotreload-\(name)", StateFormat.header(version: carried.version), carried.save())
        Interposer.save(name, memory.descriptor)
      } catch {
        say("cannot save the state '\(name)', so it is not carried over: \(error)")
        Interposer.save(name, nil)  // an older state is not carried over either
      }
    }
  }

  /// Restores a state from sealed memory, or keeps it until the app asks for it.
  func restore(_ name: String, from descriptor: CInt) {
    do {
      guard let (version, bytes) = StateFormat.parse(try SealedMemory.contents(of: descriptor)) else {
        return say("dropping the state '\(name)': it was not saved by HotReload")
      }
      let carried = contents.withLock { contents in
        if contents.carried[name] == nil { contents.waiting[name] = (version, bytes) }
        return contents.carried[name]
      }
      carried?.restore(version, bytes)
    } catch {
      say("dropping the state '\(name)', which cannot be read: \(error)")
    }
  }
}
