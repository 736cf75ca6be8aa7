internal import Glibc
internal import Synchronization

/// The library that hotreload has preloaded into the process, if it has: its `library.c` is the other side.
enum Interposer {
  /// What its functions are.
  private typealias Handler =
    @convention(c) (_ event: CInt, _ name: UnsafePointer<CChar>, _ descriptor: CInt) -> Void
  private typealias Attach = @convention(c) (_ version: CInt, _ handler: Handler) -> CInt
  private typealias Save = @convention(c) (_ name: UnsafePointer<CChar>, _ descriptor: CInt) -> CInt

  /// Of these functions and events.
  private static let version: CInt = 1

  /// Why it calls us; the same numbers are in `library.c`.
  private enum Event: CInt {
    case draining = 1
    case save, resumed, restore
  }

  /// The process that has attached, and whether that went well: a forked child starts anew.
  private static let attached = Mutex<(process: pid_t, done: Bool)>((0, false))

  /// Makes us known to it, once. False where hotreload is not there. What is to be restored at once has been taken when
  /// this returns.
  @discardableResult
  static func attach() -> Bool {
    attached.withLock { state in
      if state.process == getpid() { return state.done }
      state = (getpid(), false)
      guard let symbol = dlsym(nil, "hotreload_attach") else { return false }
      let attach = unsafeBitCast(symbol, to: Attach.self)
      state.done = attach(version, take) == 0
      return state.done
    }
  }

  /// Gives hotreload a copy of the descriptor; nil: there is no state of this name any more.
  static func save(_ name: String, _ descriptor: CInt?) {
    guard let symbol = dlsym(nil, "hotreload_save") else { return }
    _ = unsafeBitCast(symbol, to: Save.self)(name, descriptor ?? -1)
  }

  /// Called on its receiving thread, to be left at once, or on one of its own for what may take long.
  private static let take: Handler = { event, name, descriptor in
    switch Event(rawValue: event) {
    case .draining: EventHub.shared.send(.draining)
    case .resumed: EventHub.shared.send(.resumed)
    case .save: CarriedStates.shared.save()
    case .restore: CarriedStates.shared.restore(String(cString: name), from: descriptor)
    case nil: break  // of a later version
    }
  }
}
