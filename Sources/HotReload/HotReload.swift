/// What an app may ask of `hotreload`, which hands its listeners over to new code without it.
///
/// Everything here is harmless where the app was not started by `hotreload run`: listeners are bound, states are not
/// carried anywhere, nothing is told to anybody.
///
/// ```swift
/// let sessions = Mutex<[String: Session]>([:])
/// HotReload.carry("sessions", save: { sessions.withLock { $0 } }, restore: { saved in sessions.withLock { $0 = saved } })
/// let socket = try HotReload.listener(host: "127.0.0.1", port: 8080)
/// ```
public enum HotReload {
  /// Whether `hotreload run` has started this process, and talks to it.
  public static var isRunning: Bool { Interposer.attach() }
}
