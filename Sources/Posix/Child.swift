internal import CPosix
internal import Glibc

/// A program to start.
package struct Command {
  /// The executable; searched in `PATH` where it has no slash.
  package var path: String
  /// With `argv[0]`.
  package var arguments: [String]
  /// `NAME=value` strings.
  package var environment: [String]
  /// The working directory.
  package var directory: String
  /// Descriptors that it has as 3, 4, … (sd_listen_fds(3)); their number, names and its pid are in `LISTEN_FDS`,
  /// `LISTEN_FDNAMES` and `LISTEN_PID`.
  package var passed: [(name: String, descriptor: CInt)] = []
  /// What it receives when we die, however that happens (`PR_SET_PDEATHSIG`).
  package var parentDeathSignal: CInt
  /// The ``BindFilter/socketOfChild`` of the filter that it gets; -1 for none.
  package var bindFilter: CInt = -1
  /// Whether it runs only while nobody else wants the processor (`SCHED_IDLE`, sched(7)).
  package var isIdle = false

  /// A command with all of its parts.
  package init(
    path: String, arguments: [String], environment: [String], directory: String, parentDeathSignal: CInt
  ) {
    self.path = path
    self.arguments = arguments
    self.environment = environment
    self.directory = directory
    self.parentDeathSignal = parentDeathSignal
  }

  /// Starts it, in a process group of its own, with these descriptors as 0, 1 and 2 and no other. Returns its pid. Call
  /// it on the thread that lives as long as the process: the parent-death signal is that thread's.
  package func start(input: CInt, output: CInt, error: CInt) throws(SystemError) -> CInt {
    var pid: pid_t = -1
    let numbers = passed.map(\.descriptor)
    let code = withCStrings(arguments) { arguments in
      withCStrings(environment + activation) { environment in
        path.withCString { path in
          directory.withCString { directory in
            numbers.withUnsafeBufferPointer { numbers in
              let pidVariable = passed.isEmpty ? nil : environment[self.environment.count]
              var spawn = cposix_spawn(
                path: path, arguments: arguments, environment: environment, directory: directory,
                input: input, output: output, error: error, passed: numbers.baseAddress,
                passed_count: CInt(numbers.count), pid_variable: pidVariable,
                bind_filter: bindFilter, parent_death_signal: parentDeathSignal,
                is_idle: isIdle ? 1 : 0)
              return cposix_spawn(&spawn, &pid)
            }
          }
        }
      }
    }
    if code != 0 { throw SystemError("execve", path, code: code) }
    return pid
  }

  /// The first has room for the pid, which is known only in the child.
  private var activation: [String] {
    if passed.isEmpty { return [] }
    return [
      "LISTEN_PID=0000000000", "LISTEN_FDS=\(passed.count)",
      "LISTEN_FDNAMES=\(passed.map(\.name).joined(separator: ":"))",
    ]
  }

  /// Runs it to its end, and returns what it wrote to its standard output; its standard error is ours. Throws
  /// `SystemError`; nil if it failed. Only where no loop reaps children yet.
  package func output() throws(SystemError) -> String? {
    var ends: [CInt] = [-1, -1]
    try check("pipe2") { cposix_pipe(&ends) }
    let reading = Descriptor(owning: ends[0])
    let writing = Descriptor(owning: ends[1])
    let nothing = try Descriptor.open("/dev/null", O_RDONLY)
    let pid = try start(input: nothing.number, output: writing.number, error: STDERR_FILENO)
    close(writing.release())
    var text: [UInt8] = []
    while true {
      guard let bytes = try reading.read() else {
        var wait = pollfd(fd: reading.number, events: Int16(POLLIN), revents: 0)
        poll(&wait, 1, -1)
        continue
      }
      if bytes.isEmpty { break }
      text += bytes
    }
    var status: CInt = 0
    try check("waitpid", path) { waitpid(pid, &status, 0) }
    return ExitStatus(waitStatus: status) == .exited(0) ? String(decoding: text, as: UTF8.self) : nil
  }

  /// Starts it and waits for its end. Only where no loop reaps children yet.
  package func run(input: CInt, output: CInt, error: CInt) throws(SystemError) -> ExitStatus {
    let pid = try start(input: input, output: output, error: error)
    var status: CInt = 0
    try check("waitpid", path) { waitpid(pid, &status, 0) }
    return ExitStatus(waitStatus: status)
  }
}

/// How a process ended.
package enum ExitStatus: Equatable, Sendable, CustomStringConvertible {
  /// `exit(3)` with this code.
  case exited(CInt)
  /// Killed by this signal.
  case signalled(CInt)

  /// As the end of a sentence: `exited with code 1`.
  package var description: String {
    switch self {
    case .exited(let code): "exited with code \(code)"
    case .signalled(let signal): "was killed by \(signalName(signal))"
    }
  }

  init(waitStatus: CInt) {
    let signal = waitStatus & 0x7f
    self = signal == 0 ? .exited((waitStatus >> 8) & 0xff) : .signalled(signal)
  }
}

/// The processes that have ended since the last call (`waitpid(2)` with `WNOHANG`), also orphans that the kernel gave
/// us to reap.
package func reapChildren() -> [(pid: CInt, status: ExitStatus)] {
  var ended: [(CInt, ExitStatus)] = []
  var status: CInt = 0
  while true {
    let pid = waitpid(-1, &status, WNOHANG)
    if pid <= 0 { return ended }
    ended.append((pid, ExitStatus(waitStatus: status)))
  }
}

private func withCStrings<Result>(
  _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
  var pointers = strings.map { strdup($0) }
  pointers.append(nil)
  defer { for pointer in pointers { free(pointer) } }
  return pointers.withUnsafeBufferPointer { buffer in
    guard let base = buffer.baseAddress else { preconditionFailure("an array with its NULL is never empty") }
    return body(base)
  }
}
