internal import Glibc
internal import LibraryInterface
internal import Synchronization

/// The interposer, which hotreload preloads into the process. Its `library.c` is the other side.
enum Interposer {
  /// The type of the handler that the interposer calls.
  private typealias Handler =
    @convention(c) (_ event: CInt, _ name: UnsafePointer<CChar>, _ descriptor: CInt) -> Void
  /// The type of `hotreload_attach`.
  private typealias Attach = @convention(c) (_ version: CInt, _ handler: Handler) -> CInt
  /// The type of `hotreload_save`.
  private typealias Save = @convention(c) (_ name: UnsafePointer<CChar>, _ descriptor: CInt) -> CInt

  /// The process that has attached, and whether it succeeded. A forked child attaches anew.
  private static let attached = Mutex<(process: pid_t, done: Bool)>((0, false))

  /// Attaches the handler to the interposer, once for each process. Returns whether hotreload is there. The
  /// states for this process have been restored or kept when this returns.
  @discardableResult
  static func attach() -> Bool {
    attached.withLock { state in
      if state.process == getpid() { return state.done }
      state = (getpid(), false)
      guard let symbol = dlsym(nil, "hotreload_attach") else { return false }
      let attach = unsafeBitCast(symbol, to: Attach.self)
      state.done = attach(LibraryInterface.version, take) == 0
      return state.done
    }
  }

  /// Gives hotreload a copy of the descriptor, which holds the state. `nil` if there is no state of this name
  /// any more.
  static func save(_ name: String, _ descriptor: CInt?) {
    guard let symbol = dlsym(nil, "hotreload_save") else { return }
    _ = unsafeBitCast(symbol, to: Save.self)(name, descriptor ?? -1)
  }

  /// The handler. The interposer calls it on its receiving thread for events that return at once, and on
  /// another thread for `save` and `restore`, which may block.
  private static let take: Handler = { event, name, descriptor in
    switch LibraryInterface.Event(rawValue: event) {
    case .draining: EventHub.shared.send(.draining)
    case .resumed: EventHub.shared.send(.resumed)
    case .save: CarriedStates.shared.save()
    case .restore: CarriedStates.shared.restore(String(cString: name), from: descriptor)
    case nil: break  // an event of a later version
    }
  }
}
