/// Runs commands in parallel, up to a limit, and collects their output.
package final class JobPool {
  private let loop: EventLoop
  private let children: Children
  /// The maximum number of running commands.
  private let limit: Int
  /// The identity of a command in the pool.
  package struct Ticket: Hashable {
    fileprivate let number: Int
  }

  /// The commands that have not been started.
  private var waiting: [(number: Int, command: Command, whenEnded: (Job.Ending, [String]) -> Void)] = []
  /// The commands that are running, by number.
  private var running: [Int: Job] = [:]
  private var lastNumber = 0
  /// The handler of ``whenIdle(_:)``.
  private var idle: (() -> Void)?

  /// Creates a pool that runs at most `limit` commands at a time.
  package init(limit: Int, loop: EventLoop, children: Children) {
    self.limit = limit
    self.loop = loop
    self.children = children
  }

  /// Queues a command. `whenEnded` gets the result and all lines of the output. It is not called if the
  /// command is killed by the pool.
  @discardableResult
  package func run(_ command: Command, whenEnded: @escaping (Job.Ending, [String]) -> Void) -> Ticket {
    lastNumber += 1
    let ticket = Ticket(number: lastNumber)
    waiting.append((lastNumber, command, whenEnded))
    startNext()
    return ticket
  }

  /// Kills a command, or removes it from the queue. Its handler is not called.
  package func kill(_ ticket: Ticket) {
    waiting.removeAll { $0.number == ticket.number }
    running[ticket.number]?.kill()
  }

  /// Runs all commands. `whenAllEnded` gets their results in the same order.
  package func runAll(_ commands: [Command], whenAllEnded: @escaping ([(Job.Ending, [String])]) -> Void) {
    var results: [Int: (Job.Ending, [String])] = [:]
    if commands.isEmpty { return whenAllEnded([]) }
    for (index, command) in commands.enumerated() {
      run(command) { ending, lines in
        results[index] = (ending, lines)
        if results.count == commands.count { whenAllEnded(commands.indices.compactMap { results[$0] }) }
      }
    }
  }

  /// Kills all commands. Their handlers are not called.
  package func kill() {
    waiting = []
    for job in running.values { job.kill() }
  }

  /// Calls `handler` in the next iteration of the event loop.
  package func afterwards(_ handler: @escaping () -> Void) { loop.after(.zero, handler) }

  /// Calls `handler` once when no command is running or queued.
  package func whenIdle(_ handler: @escaping () -> Void) {
    idle = handler
    tellWhenIdle()
  }

  /// Calls the handler of ``whenIdle(_:)`` if the pool is idle.
  private func tellWhenIdle() {
    guard running.isEmpty, waiting.isEmpty, let handler = idle else { return }
    idle = nil
    handler()
  }

  /// Starts queued commands up to the limit.
  private func startNext() {
    while running.count < limit, !waiting.isEmpty {
      let (number, command, whenEnded) = waiting.removeFirst()
      var lines: [String] = []
      do throws(SystemError) {
        running[number] = try Job(command, loop: loop, children: children) { line, isComplete, _ in
          if isComplete { lines.append(line) }
        } whenEnded: { [unowned self] ending in
          running[number] = nil
          if ending != .cancelled { whenEnded(ending, lines) }
          startNext()
          tellWhenIdle()
        }
      } catch {
        whenEnded(.failed(.exited(127)), ["\(error)"])
      }
    }
  }
}
