/// The functions that an app may use with `hotreload`. hotreload hands listeners over without them.
///
/// All functions are harmless in an app that was not started by `hotreload run`: listeners are bound as
/// usual, and states are not carried over. ``ready()`` and ``status(_:)`` reach another service manager if
/// there is one.
///
/// ```swift
/// let sessions = Mutex<[String: Session]>([:])
/// HotReload.carry("sessions", save: { sessions.withLock { $0 } }, restore: { saved in sessions.withLock { $0 = saved } })
/// let socket = try HotReload.listener(host: "127.0.0.1", port: 8080)
/// ```
public enum HotReload {
  /// Whether `hotreload run` has started this process and is connected to it.
  public static var isRunning: Bool { Interposer.attach() }
}
