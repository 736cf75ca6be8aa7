internal import Handoff
internal import Posix

/// Returns the user's environment, together with the variables that the interposer removes again before the
/// server's `main`.
func serverEnvironment(_ launch: Launch, _ directory: RuntimeDirectory, interposer: String) -> [String] {
  let wanted = launch.environment(over: CurrentProcess.environment)
  let ours = [
    "LD_PRELOAD=", "ASAN_OPTIONS=", "HOTRELOAD_", "NOTIFY_SOCKET=", "LISTEN_PID=", "LISTEN_FDS=",
    "LISTEN_FDNAMES=",
  ]
  var environment = wanted.filter { variable in !ours.contains { variable.hasPrefix($0) } }
  func value(_ name: String) -> Substring {
    wanted.first { $0.hasPrefix(name + "=") }?.dropFirst(name.utf8.count + 1) ?? ""
  }
  let (preload, sanitizer) = (value("LD_PRELOAD"), value("ASAN_OPTIONS"))
  environment.append("LD_PRELOAD=\(interposer)\(preload.isEmpty ? "" : ":" + preload)")
  if !preload.isEmpty { environment.append("HOTRELOAD_LD_PRELOAD=\(preload)") }
  // AddressSanitizer as a shared library (gcc) ends a program that has another library preloaded before it.
  environment.append("ASAN_OPTIONS=\(sanitizer.isEmpty ? "" : sanitizer + ":")verify_asan_link_order=0")
  if !sanitizer.isEmpty { environment.append("HOTRELOAD_ASAN_OPTIONS=\(sanitizer)") }
  environment += ["HOTRELOAD_SOCKET=\(directory.socketPath)", "HOTRELOAD_FILES=\(directory.filesPath)"]
  if let trace = MessageTrace.variable { environment.append(trace) }
  // A crashed server must not wait at the terminal for input to Swift's backtracer.
  if !wanted.contains(where: { $0.hasPrefix("SWIFT_BACKTRACE=") }) {
    environment.append("SWIFT_BACKTRACE=interactive=no")
  }
  return environment
}
