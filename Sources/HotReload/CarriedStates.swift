internal import Synchronization

/// The states that the app carries over, and those that have come for it before it asked.
final class CarriedStates: Sendable {
  /// One of the app's states. The closures may block.
  struct Carried: Sendable {
    let version: Int
    let save: @Sendable () throws -> [UInt8]
    let restore: @Sendable (_ version: Int, _ bytes: [UInt8]) -> Void
  }

  static let shared = CarriedStates()

  private struct Contents {
    var carried: [String: Carried] = [:]
    var waiting: [String: (version: Int, bytes: [UInt8])] = [:]
  }

  private let contents = Mutex(Contents())

  /// Carries a state over from now on, in place of one of the same name. Returns what has come for it, which the caller
  /// restores.
  func add(_ name: String, _ carried: Carried) -> (version: Int, bytes: [UInt8])? {
    precondition(
      Self.isName(name), "a state's name is 1 to 64 letters, digits, '.', '-' and '_', not '\(name)'")
    Interposer.attach()  // what is there for this process comes before it returns
    return contents.withLock {
      $0.carried[name] = carried
      return $0.waiting.removeValue(forKey: name)
    }
  }

  /// Gives hotreload every state as it is now.
  func save() {
    for (name, carried) in contents.withLock({ $0.carried }) {
      do {
        let memory = try SealedMemory(
          name: "hotreload-\(name)", StateFormat.header(version: carried.version), carried.save())
        Interposer.save(name, memory.descriptor)
      } catch {
        say("the state '\(name)' could not be saved, and is not carried over: \(error)")
        Interposer.save(name, nil)  // nor is an older one
      }
    }
  }

  /// Gives the app a state; keeps it where the app has not asked yet.
  func restore(_ name: String, from descriptor: CInt) {
    do {
      guard let (version, bytes) = StateFormat.parse(try SealedMemory.contents(of: descriptor)) else {
        return say("the state '\(name)' is not one of HotReload's, and is dropped")
      }
      let carried = contents.withLock { contents in
        if contents.carried[name] == nil { contents.waiting[name] = (version, bytes) }
        return contents.carried[name]
      }
      carried?.restore(version, bytes)
    } catch {
      say("the state '\(name)' could not be read, and is dropped: \(error)")
    }
  }

  /// Letters, digits, `.`, `-` and `_`; 1 to 64 of them. Hotreload takes no others.
  static func isName(_ text: String) -> Bool {
    (1...64).contains(text.utf8.count)
      && text.unicodeScalars.allSatisfy { scalar in
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", ".", "-", "_": true
        default: false
        }
      }
  }
}
