package import Posix

/// Runs commands, as many at a time as there are processors, and collects what each prints.
package final class JobPool {
  private let loop: EventLoop
  private let children: Children
  private let limit: Int
  /// Names a command that was given to the pool.
  package struct Ticket: Hashable {
    fileprivate let number: Int
  }

  private var waiting: [(number: Int, command: Command, whenEnded: (Job.Ending, [String]) -> Void)] = []
  private var running: [Int: Job] = [:]
  private var lastNumber = 0
  private var idle: (() -> Void)?

  /// At most `limit` at a time.
  package init(limit: Int, loop: EventLoop, children: Children) {
    self.limit = limit
    self.loop = loop
    self.children = children
  }

  /// Runs a command when it is its turn. `whenEnded` gets its end, with all lines of its output; nothing when it was
  /// ended by ``kill()``.
  @discardableResult
  package func run(_ command: Command, whenEnded: @escaping (Job.Ending, [String]) -> Void) -> Ticket {
    lastNumber += 1
    let ticket = Ticket(number: lastNumber)
    waiting.append((lastNumber, command, whenEnded))
    startNext()
    return ticket
  }

  /// Ends one command at once. Nobody is told.
  package func kill(_ ticket: Ticket) {
    waiting.removeAll { $0.number == ticket.number }
    running[ticket.number]?.kill()
  }

  /// Runs all commands; `whenAllEnded` gets what became of each, in the same order.
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

  /// Ends everything at once. Nobody is told.
  package func kill() {
    waiting = []
    for job in running.values { job.kill() }
  }

  /// Calls `handler` on the loop's next turn.
  package func afterwards(_ handler: @escaping () -> Void) { loop.after(.zero, handler) }

  /// Calls `handler` once, when nothing runs any more.
  package func whenIdle(_ handler: @escaping () -> Void) {
    idle = handler
    tellWhenIdle()
  }

  private func tellWhenIdle() {
    guard running.isEmpty, waiting.isEmpty, let handler = idle else { return }
    idle = nil
    handler()
  }

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
