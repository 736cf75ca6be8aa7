internal import CPosix
internal import Glibc

/// A program to start, with its arguments and its surroundings.
package struct Command {
  /// The executable. It is searched for in `PATH` if it has no slash.
  package var path: String
  /// The arguments, beginning with `argv[0]`.
  package var arguments: [String]
  /// The environment, as `NAME=value`.
  package var environment: [String]
  /// The working directory.
  package var directory: String
  /// The descriptors that the child has as 3, 4, … (sd_listen_fds(3)). `LISTEN_FDS` has their number,
  /// `LISTEN_FDNAMES` their names, and `LISTEN_PID` the pid of the child.
  package var passed: [(name: String, descriptor: CInt)] = []
  /// The signal that the child receives when the thread that started it ends (`PR_SET_PDEATHSIG` of
  /// prctl(2)).
  package var parentDeathSignal: CInt
  /// The ``BindFilter/socketOfChild`` of the filter for the child, or -1 for no filter.
  package var bindFilter: CInt = -1
  /// Whether the child runs only while no other process wants the processor (`SCHED_IDLE`, sched(7)).
  package var isIdle = false
  /// Whether the child stays in the process group of this process, and may therefore read the terminal if this process
  /// may.
  package var sharesGroup = false
  /// Whether the child reads the input that ``Children`` has for such commands.
  package var readsInput = false

  /// Creates a command without passed descriptors and without a filter.
  package init(
    path: String, arguments: [String], environment: [String], directory: String, parentDeathSignal: CInt
  ) {
    self.path = path
    self.arguments = arguments
    self.environment = environment
    self.directory = directory
    self.parentDeathSignal = parentDeathSignal
  }

  /// Creates a command from the words of a user's command line. It is killed when this process ends.
  package init(_ words: [String], environment: [String], directory: String) {
    self.init(
      path: words.first ?? "", arguments: words, environment: environment, directory: directory,
      parentDeathSignal: SIGKILL)
  }

  /// Starts the command and returns its pid. Throws the errno of the step that failed, up to and including
  /// execve(2).
  ///
  /// The child leads a process group of its own, unless ``sharesGroup`` is set. It has the given descriptors as 0, 1
  /// and 2, then ``passed``, and no others. The calling thread must live as long as the child, because the child
  /// receives ``parentDeathSignal`` when that thread ends.
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
                is_idle: isIdle ? 1 : 0, shares_group: sharesGroup ? 1 : 0)
              return cposix_spawn(&spawn, &pid)
            }
          }
        }
      }
    }
    if code != 0 { throw SystemError("execve", path, code: code) }
    return pid
  }

  /// The variables of sd_listen_fds(3). The first one has room for the pid, which only the child knows.
  private var activation: [String] {
    if passed.isEmpty { return [] }
    return [
      "LISTEN_PID=0000000000", "LISTEN_FDS=\(passed.count)",
      "LISTEN_FDNAMES=\(passed.map(\.name).joined(separator: ":"))",
    ]
  }

  /// Runs the command until it exits and returns its standard output, or `nil` if it failed. Its standard
  /// error is the caller's. Throws the errno of the call that failed.
  ///
  /// Call it only before an ``EventLoop`` reaps children.
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

  /// Runs the command until it exits. Throws the errno of the call that failed.
  ///
  /// Call it only before an ``EventLoop`` reaps children.
  package func run(input: CInt, output: CInt, error: CInt) throws(SystemError) -> ExitStatus {
    let pid = try start(input: input, output: output, error: error)
    var status: CInt = 0
    try check("waitpid", path) { waitpid(pid, &status, 0) }
    return ExitStatus(waitStatus: status)
  }
}

/// How a process ended (wait(2)).
package enum ExitStatus: Equatable, Sendable, CustomStringConvertible {
  /// The process called `exit(3)` with this code.
  case exited(CInt)
  /// The process was killed by this signal.
  case signalled(CInt)

  /// The end of a sentence, such as `exited with code 1`.
  package var description: String {
    switch self {
    case .exited(let code): "exited with code \(code)"
    case .signalled(let signal): "was killed by \(signalName(signal))"
    }
  }

  /// Decodes the status of waitpid(2).
  init(waitStatus: CInt) {
    let signal = waitStatus & 0x7f
    self = signal == 0 ? .exited((waitStatus >> 8) & 0xff) : .signalled(signal)
  }
}

/// Reaps all children that have exited (waitpid(2) with `WNOHANG`), including adopted orphans.
package func reapChildren() -> [(pid: CInt, status: ExitStatus)] {
  var ended: [(CInt, ExitStatus)] = []
  var status: CInt = 0
  while true {
    let pid = waitpid(-1, &status, WNOHANG)
    if pid <= 0 { return ended }
    ended.append((pid, ExitStatus(waitStatus: status)))
  }
}

/// Calls `body` with the strings as a NULL-terminated array of C strings.
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
