internal import CPosix
internal import Glibc

/// The calling process (getpid(2) and others).
package enum CurrentProcess {
  /// The pid of this process.
  package static var identifier: CInt { getpid() }
  /// The pid of its parent.
  package static var parent: CInt { getppid() }
  /// Returns freed memory to the system (malloc_trim(3)).
  package static func trimMemory() { malloc_trim(0) }
  /// The processor time of the calling thread (clock_gettime(2), `CLOCK_THREAD_CPUTIME_ID`).
  package static var threadTime: Duration {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }
  /// The effective user id (geteuid(2)).
  package static var user: UInt32 { geteuid() }
  /// The name that `ps` and `top` show, at most 15 bytes (`PR_SET_NAME` of prctl(2)). Set it on the main
  /// thread.
  package static var name: String {
    get {
      (try? FileSystem.read("/proc/self/comm")).map { String(decoding: $0.dropLast(), as: UTF8.self) } ?? ""
    }
    set { cposix_set_name(newValue) }
  }
  /// The local time of day, such as `09:41:07` (localtime_r(3)).
  package static var timeOfDay: String {
    var (now, parts) = (time(nil), tm())
    localtime_r(&now, &parts)
    return [parts.tm_hour, parts.tm_min, parts.tm_sec].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(
      separator: ":")
  }
  /// The name of this machine (gethostname(2)).
  package static var hostName: String {
    var name = [CChar](repeating: 0, count: 256)
    gethostname(&name, name.count - 1)
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
  /// The number of processors that are online, at least 1 (sysconf(3)).
  package static var processors: Int { max(1, sysconf(CInt(_SC_NPROCESSORS_ONLN))) }
  /// The working directory (getcwd(3)), or `/` if it was removed.
  package static var directory: String {
    guard let path = getcwd(nil, 0) else { return "/" }
    defer { free(path) }
    return String(cString: path)
  }
  /// Returns the value of an environment variable, or `nil` if it is not set (getenv(3)).
  package static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

  /// The environment, as `NAME=value` (environ(7)).
  package static var environment: [String] {
    var strings: [String] = []
    var next = cposix_environment()
    while let string = next?.pointee {
      strings.append(String(cString: string))
      next = next?.advanced(by: 1)
    }
    return strings
  }

  /// Returns whether a signal is ignored (`SIG_IGN`), as the process that started this one may have set it.
  package static func isIgnoring(_ signal: CInt) -> Bool { cposix_is_ignored(signal) != 0 }

  /// Returns whether a process with this pid exists (kill(2) with signal 0).
  package static func exists(_ pid: CInt) -> Bool { kill(pid, 0) == 0 || errno != ESRCH }

  /// Returns the path of a program that is searched for in `PATH`, or `nil` if there is none.
  package static func find(_ program: String) -> String? {
    for directory in (variable("PATH") ?? "/usr/bin:/bin").split(separator: ":") {
      let path = "\(directory)/\(program)"
      if FileSystem.isExecutable(path) { return path }
    }
    return nil
  }
}
